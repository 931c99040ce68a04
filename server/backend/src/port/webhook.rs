//! Telling programs of other people something over HTTP, without becoming their way into our own network.

use async_trait::async_trait;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use url::{Host, Url};

/// Longest wait for an answer, in seconds.
const TIMEOUT_SECONDS: u64 = 15;
/// As much of an answer as is read, in bytes.
const ANSWER_BYTES_MAX: usize = 4_096;

/// A notification ready to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRequest {
    /// Where it goes.
    pub url: String,
    /// Names and values of its headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What the other side answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookAnswer {
    /// HTTP status.
    pub status: u16,
    /// The beginning of the body.
    pub body: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The address is none, or leads where nothing of ours is ever sent.
    #[error("{0}")]
    Forbidden(String),
    /// Nobody answered in time.
    #[error("no answer")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Sends notifications.
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Sends one and waits for the answer; a redirect is an answer, and is not followed.
    async fn send(&self, request: &WebhookRequest) -> Result<WebhookAnswer, WebhookError>;
}

/// Which addresses may be sent to.
#[derive(Debug, Clone, Default)]
pub struct TargetPolicy {
    /// Everywhere, our own machine too: in a sandbox the shop that is being built runs there.
    pub anywhere: bool,
    /// Ranges that are allowed although they are not public.
    pub allowed: Vec<IpNet>,
}

impl TargetPolicy {
    /// Whether an address may be connected to. Everything that is not the public internet is refused: private, loopback,
    /// link-local (where clouds keep their metadata), shared, documentation and multicast ranges, and addresses of IPv6 that
    /// carry one of IPv4 within.
    #[must_use]
    pub fn allows(&self, ip: IpAddr) -> bool {
        self.anywhere || self.allowed.iter().any(|net| net.contains(&ip)) || is_public(ip)
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(mapped) = ip.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    // 2000::/3 is what is given out; of it, documentation, Teredo and 6to4 are left out.
    let [first, second, ..] = ip.segments();
    let given_out = (0x2000..=0x3fff).contains(&first);
    given_out && first != 0x2002 && !(first == 0x2001 && (second == 0 || second == 0x0db8)) && first != 0x3fff
}

/// Resolves names and keeps the addresses that may be connected to, at the moment of connecting: a name that changes its
/// mind between a check and the connection gains nothing.
struct GuardedResolver {
    policy: Arc<TargetPolicy>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.policy.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let open: Vec<SocketAddr> = found.filter(|address| policy.allows(address.ip())).collect();
            if open.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

/// Sends over the network.
pub struct HttpWebhooks {
    client: OnceLock<reqwest::Client>,
    policy: Arc<TargetPolicy>,
}

impl HttpWebhooks {
    /// A sender that goes where `policy` lets it. TLS is set up with the first notification, as many processes send none.
    #[must_use]
    pub fn new(policy: TargetPolicy) -> Self {
        Self { client: OnceLock::new(), policy: Arc::new(policy) }
    }

    fn client(&self) -> Result<reqwest::Client, WebhookError> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        // Whoever was first stays: all of them are ring.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .dns_resolver(GuardedResolver { policy: self.policy.clone() })
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(TIMEOUT_SECONDS))
            .user_agent(concat!("Holdfast/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|source| WebhookError::Unreachable(Box::new(source)))?;
        Ok(self.client.get_or_init(|| client).clone())
    }
}

#[async_trait]
impl WebhookSender for HttpWebhooks {
    async fn send(&self, request: &WebhookRequest) -> Result<WebhookAnswer, WebhookError> {
        let url = target(&request.url).map_err(|message| WebhookError::Forbidden(message.to_owned()))?;
        // A number in the address is connected to without asking the resolver.
        let number = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            _ => None,
        };
        if number.is_some_and(|ip| !self.policy.allows(ip)) {
            return Err(WebhookError::Forbidden("the address is not public".to_owned()));
        }
        let mut post = self.client()?.post(url).body(request.body.clone());
        for (name, value) in &request.headers {
            post = post.header(*name, value);
        }
        let mut response = post.send().await.map_err(|source| WebhookError::Unreachable(Box::new(source)))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() >= ANSWER_BYTES_MAX {
                body.truncate(ANSWER_BYTES_MAX);
                break;
            }
        }
        Ok(WebhookAnswer { status, body: String::from_utf8_lossy(&body).into_owned() })
    }
}

/// An address that notifications can go to: HTTP or HTTPS, with a host and without a name and password in it.
///
/// # Errors
/// A sentence that says what to change.
pub fn target(typed: &str) -> Result<Url, &'static str> {
    const WANTED: &str = "Enter a web address such as https://shop.example/callback.";
    let url = Url::parse(typed.trim()).map_err(|_| WANTED)?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() || typed.len() > 2_000 {
        return Err(WANTED);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Leave name and password out of the address.");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_reached() {
        let closed = TargetPolicy::default();
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "ff02::1",
        ];
        for ip in private {
            assert!(!closed.allows(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["1.1.1.1", "196.1.7.8", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(closed.allows(ip.parse().unwrap()), "{ip}");
        }
        let listed = TargetPolicy { anywhere: false, allowed: vec!["10.1.0.0/16".parse().unwrap()] };
        assert!(listed.allows("10.1.2.3".parse().unwrap()));
        assert!(!listed.allows("10.2.2.3".parse().unwrap()));
    }

    #[test]
    fn an_address_is_a_plain_web_address() {
        assert!(target("https://shop.example/wc-api/at_wc_atara_gateway?x=1").is_ok());
        assert!(target(" http://127.0.0.1:8080/hook ").is_ok());
        for wrong in [
            "",
            "shop.example",
            "ftp://shop.example/",
            "https://",
            "javascript:alert(1)",
            "https://me:pw@shop.example/",
        ] {
            assert!(target(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_name_and_a_number_of_our_own_network_are_refused_before_anything_is_sent() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let sender = HttpWebhooks::new(TargetPolicy::default());
        for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"] {
            let request =
                WebhookRequest { url: format!("http://{host}:{port}/hook"), headers: Vec::new(), body: Vec::new() };
            assert!(sender.send(&request).await.is_err(), "{host}");
        }
        let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(nobody.is_err(), "something was connected");
    }
}
