//! `holdfast serve` and `holdfast worker`.

use crate::http::{Web, build_app, metrics};
use crate::site::Site;
use crate::world::{WorldOptions, migrate};
use anyhow::{Context, Result, bail};
use backend::Backend;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often a process without workers looks at the sandbox's clock.
const CLOCK_EVERY: std::time::Duration = std::time::Duration::from_millis(500);

/// Where to listen, and what to run.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Address of the pages.
    #[arg(long, env = "HOLDFAST_LISTEN", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Address of the metrics (`/metrics`), for the operator alone; off where not given.
    #[arg(long, env = "HOLDFAST_ADMIN_LISTEN", value_name = "ADDRESS")]
    admin_listen: Option<SocketAddr>,
    /// Folder of the built site, where none is embedded in this binary.
    #[arg(long, env = "HOLDFAST_SITE_DIR", default_value = "target/site", value_name = "FOLDER")]
    site_dir: PathBuf,
    /// Do not migrate on start; refuse to start while migrations are pending.
    #[arg(long, env = "HOLDFAST_NO_MIGRATE")]
    no_migrate: bool,
    /// Do not run the workers in this process; run `holdfast worker` somewhere.
    #[arg(long, env = "HOLDFAST_NO_WORKERS")]
    no_workers: bool,
}

impl Serve {
    /// Serves until the process is told to stop, then finishes what is under way.
    pub(super) async fn run(self, world: &WorldOptions) -> Result<()> {
        let db = world.connect().await?;
        if !self.no_migrate {
            migrate(&db).await?;
        } else if !crate::world::is_migrated(&db).await? {
            bail!("migrations are pending; run `holdfast migrate`");
        }
        let public_url = world.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen));
        let backend = world.backend(db, &public_url).await?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        if let Some(address) = self.admin_listen {
            let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
            let (router, stop) = (metrics::admin_router()?, stop.clone());
            tasks.spawn(
                async move { axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await },
            );
        }
        if self.no_workers {
            spawn_clock(&tasks, &stop, backend.clone());
        } else {
            spawn_workers(&tasks, &stop, backend.clone());
        }
        let listener =
            TcpListener::bind(self.listen).await.with_context(|| format!("cannot listen on {}", self.listen))?;
        tracing::info!(address = %self.listen, url = %public_url, mode = ?world.mode, "serving");
        let web = Web { backend, site: Arc::new(Site::load(&self.site_dir)) };
        let stopping = stop.clone();
        let served = axum::serve(listener, build_app(web))
            .with_graceful_shutdown(async move {
                asked_to_stop().await;
                stopping.cancel();
            })
            .await;
        stop.cancel();
        tasks.close();
        tasks.wait().await;
        served.context("the server failed")
    }
}

/// Runs the workers until the process is told to stop.
pub(super) async fn work(world: &WorldOptions) -> Result<()> {
    let Some(public_url) = &world.public_url else {
        bail!("the worker writes links into mails: set HOLDFAST_PUBLIC_URL to where people reach the pages");
    };
    let backend = world.backend(world.connect().await?, public_url).await?;
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    spawn_workers(&tasks, &stop, backend);
    asked_to_stop().await;
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    Ok(())
}

fn spawn_workers(tasks: &TaskTracker, stop: &CancellationToken, backend: Backend) {
    let stop = stop.clone();
    tasks.spawn(async move { backend.run_workers(stop).await });
}

/// Follows the sandbox's clock, which workers elsewhere would, so that pages show the time that another process moved.
fn spawn_clock(tasks: &TaskTracker, stop: &CancellationToken, backend: Backend) {
    let stop = stop.clone();
    tasks.spawn(async move {
        while !stop.is_cancelled() {
            if let Err(error) = backend.refresh_clock().await {
                tracing::error!(%error, "the sandbox's clock cannot be read");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(CLOCK_EVERY) => {}
            }
        }
    });
}

/// Resolves on Ctrl-C and, on Unix, on SIGTERM.
async fn asked_to_stop() {
    let ctrl_c = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "cannot listen for Ctrl-C");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::error!(%error, "cannot listen for SIGTERM");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = ctrl_c => {}
        () = terminated => {}
    }
    tracing::info!("stopping");
}
