//! The signature of a webhook, computed by hand from FIPS 180-4 and RFC 2104, so that nothing of ours checks itself.

/// The MAC that a receiver computes over the fields of a body but `mac`: HMAC-SHA1 over their values, sorted by key and
/// joined by `|` (instamojo.md section 7).
pub(super) fn of_fields(salt: &str, fields: &[(String, String)]) -> String {
    let mut signed: Vec<_> = fields.iter().filter(|(key, _)| key != "mac").collect();
    signed.sort_by_key(|(key, _)| key.to_lowercase());
    let values: Vec<&str> = signed.iter().map(|(_, value)| value.as_str()).collect();
    hmac(salt.as_bytes(), values.join("|").as_bytes())
}

fn hmac(key: &[u8], message: &[u8]) -> String {
    let mut block = [0_u8; 64];
    let key = if key.len() > 64 { sha1(key).to_vec() } else { key.to_vec() };
    block[..key.len()].copy_from_slice(&key);
    let inner = sha1(&[&block.map(|byte| byte ^ 0x36), message].concat());
    let outer = sha1(&[block.map(|byte| byte ^ 0x5c).as_slice(), inner.as_slice()].concat());
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha1(message: &[u8]) -> [u8; 20] {
    let mut state: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        let mut words = [0_u32; 80];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        for at in 16..80 {
            words[at] = (words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (at, word) in words.into_iter().enumerate() {
            let (mixed, constant) = match at {
                0..20 => ((b & c) | (!b & d), 0x5a82_7999),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let next = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e).wrapping_add(constant).wrapping_add(word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (word, change) in state.iter_mut().zip([a, b, c, d, e]) {
            *word = word.wrapping_add(change);
        }
    }
    let mut digest = [0; 20];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_hash_is_that_of_the_standards() {
    let hex = |bytes: [u8; 20]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    assert_eq!(hex(sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    let two_blocks = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    assert_eq!(hex(sha1(two_blocks)), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    // RFC 2202, cases 1 and 6.
    assert_eq!(hmac(&[0x0b; 20], b"Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00");
    let long = b"Test Using Larger Than Block-Size Key - Hash Key First";
    assert_eq!(hmac(&[0xaa; 80], long), "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

#[test]
fn the_contracts_known_answer_comes_out() {
    let posted = fields(&[
        ("status", "Credit"),
        ("shorturl", ""),
        ("longurl", "https://host/@foo/05f317448ad84649aa1a9c7328edb015"),
        ("purpose", "FIFA 16"),
        ("amount", "2500.00"),
        ("fees", "125.00"),
        ("currency", "INR"),
        ("buyer", "foo@example.com"),
        ("buyer_name", "John Doe"),
        ("buyer_phone", "9999999999"),
        ("payment_id", "MOJO5a06005J21512197"),
        ("payment_request_id", "05f317448ad84649aa1a9c7328edb015"),
        ("mac", "not signed"),
    ]);
    assert_eq!(of_fields("test-salt-0123", &posted), "18a4f8969a898a0bdb2ccea340b873b1365aaf89");
}

#[test]
fn the_order_is_that_of_the_keys_as_in_the_official_java_test() {
    let posted = fields(&[("foo", "1"), ("bar", "2"), ("baz", "3")]);
    assert_eq!(of_fields("salt", &posted), hmac(b"salt", b"2|3|1"));
}
