//! The installation's secret, and what is signed with it.

use crate::db::Db;
use crate::error::{Error, Result};
use crate::repo::settings;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use domain::ids::OrderId;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use time::OffsetDateTime;
use uuid::Uuid;

const SETTING: &str = "signing_secret";
const ORDER_LINK: &[u8] = b"order-link";
const CHECKOUT_LINK: &[u8] = b"checkout-link";
const MAC_BYTES: usize = 20;
const NONCE_BYTES: usize = 24;
const LINK_BYTES: usize = 16 + 8 + MAC_BYTES;

/// 32 random bytes, made once for an installation and kept in its database, so that all its processes agree; and what the
/// configuration adds, so that a copy of the database alone opens nothing that was sealed.
pub(crate) struct Secret {
    stored: SecretBox<[u8; 32]>,
    configured: Option<SecretString>,
}

impl Secret {
    /// Reads the secret; makes it on the first start. Two processes starting at once end up with the same one.
    pub(crate) async fn load_or_create(db: &Db, configured: Option<SecretString>) -> Result<Self> {
        let stored =
            settings::get_or_insert(db.writer(), SETTING, URL_SAFE_NO_PAD.encode(random_bytes::<32>())).await?;
        let bytes: [u8; 32] = URL_SAFE_NO_PAD
            .decode(stored)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| Error::internal("signing secret", "the stored secret is not 32 bytes"))?;
        Ok(Self { stored: SecretBox::new(Box::new(bytes)), configured })
    }

    /// A link token for one order that works until `expires`, for a buyer without an account.
    pub(crate) fn order_link(&self, order: OrderId, expires: OffsetDateTime) -> String {
        self.link(ORDER_LINK, order, expires)
    }

    /// A link token that lets its holder pay one order and nothing else: a shop sees it too.
    pub(crate) fn checkout_link(&self, order: OrderId, expires: OffsetDateTime) -> String {
        self.link(CHECKOUT_LINK, order, expires)
    }

    fn link(&self, purpose: &[u8], order: OrderId, expires: OffsetDateTime) -> String {
        let mut bytes = Vec::with_capacity(LINK_BYTES);
        bytes.extend_from_slice(order.0.as_bytes());
        bytes.extend_from_slice(&expires.unix_timestamp().to_be_bytes());
        let mac = self.mac(purpose, &bytes);
        bytes.extend_from_slice(&mac[..MAC_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The order of a link token.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anything we did not sign, [`Error::Expired`] after its time.
    pub(crate) fn open_order_link(&self, token: &str, now: OffsetDateTime) -> Result<OrderId> {
        self.open_link(ORDER_LINK, token, now)
    }

    /// The order of a token that [`Self::checkout_link`] made.
    ///
    /// # Errors
    /// As [`Self::open_order_link`].
    pub(crate) fn open_checkout_link(&self, token: &str, now: OffsetDateTime) -> Result<OrderId> {
        self.open_link(CHECKOUT_LINK, token, now)
    }

    fn open_link(&self, purpose: &[u8], token: &str, now: OffsetDateTime) -> Result<OrderId> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| Error::NotFound)?;
        if bytes.len() != LINK_BYTES {
            return Err(Error::NotFound);
        }
        let (signed, mac) = bytes.split_at(LINK_BYTES - MAC_BYTES);
        let expected = self.mac(purpose, signed);
        if !bool::from(expected[..MAC_BYTES].ct_eq(mac)) {
            return Err(Error::NotFound);
        }
        let (order, expires) = signed.split_at(16);
        let order = Uuid::from_slice(order).map_err(|_| Error::NotFound)?;
        let expires: [u8; 8] = expires.try_into().map_err(|_| Error::NotFound)?;
        if now.unix_timestamp() > i64::from_be_bytes(expires) {
            return Err(Error::Expired("This link is over its time. Ask the seller to send you a new one."));
        }
        Ok(OrderId(order))
    }

    /// Encrypts what must be read again but not from a copy of the database. `purpose` names the one place it belongs to.
    ///
    /// # Errors
    /// The message is too long for the cipher, which none of ours is.
    pub(crate) fn seal(&self, purpose: &str, message: &[u8]) -> Result<String> {
        let nonce = random_bytes::<NONCE_BYTES>();
        let payload = Payload { msg: message, aad: purpose.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Error::internal("seal", "the cipher refused"))?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Decrypts what [`Self::seal`] made.
    ///
    /// # Errors
    /// An internal error where it was sealed for another purpose, with another key, or changed since.
    pub(crate) fn unseal(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>> {
        let broken = || Error::internal("unseal", "sealed with another HOLDFAST_SECRET_KEY, or changed since");
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| broken())?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).ok_or_else(broken)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| broken())?;
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        self.cipher().decrypt(&XNonce::from(nonce), payload).map_err(|_| broken())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let configured = self.configured.as_ref().map_or("", |key| key.expose_secret());
        XChaCha20Poly1305::new(&Key::from(self.mac(b"seal", configured.as_bytes())))
    }

    fn mac(&self, purpose: &[u8], message: &[u8]) -> [u8; 32] {
        // The key size of HMAC-SHA256 is free, so a 32-byte key is never refused; hash the key alone otherwise.
        let mut mac = match Hmac::<Sha256>::new_from_slice(self.stored.expose_secret()) {
            Ok(mac) => mac,
            Err(_) => return Sha256::digest(self.stored.expose_secret()).into(),
        };
        mac.update(purpose);
        mac.update(&[0]);
        mac.update(message);
        mac.finalize().into_bytes().into()
    }
}

/// `N` bytes from the operating system's generator.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    rand::random()
}

/// A random token for a mail or a form, 32 bytes in URL-safe text.
pub(crate) fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// SHA-256 in hex: how a token is stored, so that a copy of the database opens nothing.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Random letters and digits, each as likely as another.
pub(crate) fn alphanumeric<const N: usize>() -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(N);
    while text.len() < N {
        // Bytes above the greatest multiple of 62 are thrown away, so that no letter is more likely.
        text.extend(
            random_bytes::<64>()
                .into_iter()
                .filter(|byte| *byte < 248)
                .map(|byte| char::from(LETTERS[usize::from(byte % 62)])),
        );
    }
    text.truncate(N);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_letters_and_digits() {
        let key = alphanumeric::<35>();
        assert_eq!(key.len(), 35);
        assert!(key.chars().all(|c| c.is_ascii_alphanumeric()));
        assert_ne!(key, alphanumeric::<35>());
    }
}
