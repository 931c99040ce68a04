//! Real mail: through a mail server, or into a directory for somebody else to pick up.

use super::{MailError, Mailer, RenderedMail};
use async_trait::async_trait;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::path::PathBuf;

type Refused = Box<dyn std::error::Error + Send + Sync>;

/// Sends through an SMTP server.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// A mailer for `smtps://user:password@host` (TLS from the first byte, port 465) or `smtp://…` (STARTTLS, port 587).
    /// `smtp://…?tls=opportunistic` goes on without TLS where the server has none, `?tls=none` never uses it. `from` is the
    /// sender, as in `Holdfast <hello@example.com>`.
    ///
    /// # Errors
    /// The URL or the sender cannot be read.
    pub fn new(url: &str, from: &str) -> Result<Self, MailError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_tls(url)).map_err(refused)?;
        Ok(Self { transport: builder.build(), from: sender(from)? })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &RenderedMail) -> Result<(), MailError> {
        let message = message(&self.from, mail)?;
        self.transport.send(message).await.map_err(refused)?;
        Ok(())
    }
}

/// Writes each mail as `<outbox id>.eml` into a directory; the same outbox row is the same file.
pub struct FileMailer {
    directory: PathBuf,
    from: Mailbox,
}

impl FileMailer {
    /// A mailer that writes into `directory`, which is made where it is missing.
    ///
    /// # Errors
    /// The sender cannot be read.
    pub fn new(directory: impl Into<PathBuf>, from: &str) -> Result<Self, MailError> {
        Ok(Self { directory: directory.into(), from: sender(from)? })
    }
}

#[async_trait]
impl Mailer for FileMailer {
    async fn send(&self, mail: &RenderedMail) -> Result<(), MailError> {
        let bytes = message(&self.from, mail)?.formatted();
        tokio::fs::create_dir_all(&self.directory).await.map_err(refused)?;
        // Renamed into place, so that who watches the directory never reads half a mail.
        let unfinished = self.directory.join(format!(".{}.part", mail.id));
        tokio::fs::write(&unfinished, bytes).await.map_err(refused)?;
        tokio::fs::rename(unfinished, self.directory.join(format!("{}.eml", mail.id))).await.map_err(refused)
    }
}

/// The mail in wire form. The Message-ID comes from the outbox row, so that a repeated delivery is recognised as the same.
fn message(from: &Mailbox, mail: &RenderedMail) -> Result<Message, MailError> {
    let to = mail.to.parse().map(|address| Mailbox::new(None, address)).map_err(refused)?;
    Message::builder()
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .from(from.clone())
        .to(to)
        .subject(mail.subject.as_str())
        // RFC 3834: no "out of office" in answer to a machine.
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map_err(refused)
}

fn sender(from: &str) -> Result<Mailbox, MailError> {
    from.parse().map_err(refused)
}

/// Makes STARTTLS the rule: lettre takes a bare `smtp://` as permission to send in the clear.
fn with_tls(url: &str) -> String {
    if !url.starts_with("smtp://") {
        return url.to_owned();
    }
    if let Some(bare) = url.strip_suffix("?tls=none") {
        return bare.to_owned();
    }
    if url.contains("tls=") {
        return url.to_owned();
    }
    format!("{url}{}tls=required", if url.contains('?') { '&' } else { '?' })
}

fn refused(source: impl Into<Refused>) -> MailError {
    MailError(source.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::OutboxId;
    use uuid::Uuid;

    fn mail() -> RenderedMail {
        RenderedMail {
            id: OutboxId(Uuid::nil()),
            to: "ada@example.com".to_owned(),
            subject: "Order 1042: paid ₦12,500.00".to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
        }
    }

    #[test]
    fn tls_is_the_rule() {
        for (url, expected) in [
            ("smtps://u:p@mail.example.com", "smtps://u:p@mail.example.com"),
            ("smtp://u:p@mail.example.com", "smtp://u:p@mail.example.com?tls=required"),
            ("smtp://mail.example.com?tls=opportunistic", "smtp://mail.example.com?tls=opportunistic"),
            ("smtp://127.0.0.1:1025?tls=none", "smtp://127.0.0.1:1025"),
        ] {
            assert_eq!(with_tls(url), expected);
        }
    }

    #[tokio::test]
    async fn wrong_settings_are_refused_at_once() {
        assert!(SmtpMailer::new("smtp://mail.example.com", "Holdfast <hello@example.com>").is_ok());
        assert!(SmtpMailer::new("http://mail.example.com", "hello@example.com").is_err());
        assert!(SmtpMailer::new("smtps://mail.example.com", "nobody").is_err());
    }

    #[tokio::test]
    async fn a_file_is_written_once_for_a_mail() {
        let directory = tempfile::tempdir().unwrap();
        let mailer = FileMailer::new(directory.path().join("out"), "Holdfast <hello@example.com>").unwrap();
        mailer.send(&mail()).await.unwrap();
        mailer.send(&mail()).await.unwrap();
        let names: Vec<_> =
            std::fs::read_dir(directory.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["obx_00000000000000000000000000000000.eml"]);
        let written = std::fs::read_to_string(directory.path().join("out").join(&names[0])).unwrap();
        for part in [
            "Message-ID: <obx_00000000000000000000000000000000@example.com>\r\n",
            "From: Holdfast <hello@example.com>\r\n",
            "To: ada@example.com\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "multipart/alternative",
            "text/plain",
            "text/html",
        ] {
            assert!(written.contains(part), "{part} is missing in\n{written}");
        }
    }
}
