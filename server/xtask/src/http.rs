//! A small HTTP/1.1 client for our own server on the loopback interface.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(10);
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
const LINE_BYTES_MAX: u64 = 64 * 1024;
const HEADERS_MAX: usize = 100;

/// What came back.
#[derive(Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body as sent, still compressed if it was.
    pub body: Vec<u8>,
}

impl Response {
    /// The first value of a header, named in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// One connection, kept alive between requests and opened again when the server closed it.
pub struct Client {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    /// A client for a port of the loopback interface.
    pub fn new(port: u16) -> Self {
        Self { address: (Ipv4Addr::LOCALHOST, port).into(), connection: None }
    }

    /// Sends a form and reads the whole answer, on a connection of its own: a form is never sent twice.
    pub fn post(&mut self, path: &str, form: &str) -> Result<Response> {
        let (address, length) = (self.address, form.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
        );
        let connection = self.connect()?;
        self.exchange(connection, &request)
    }

    /// Sends a GET and reads the whole answer.
    pub fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Result<Response> {
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        if let Some(kept) = self.connection.take()
            && let Ok(response) = self.exchange(kept, &request)
        {
            return Ok(response);
        }
        // The kept connection may have been closed while idle: a GET can safely be sent again.
        let connection = self.connect()?;
        self.exchange(connection, &request)
    }

    fn connect(&self) -> Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect_timeout(&self.address, TIMEOUT)
            .with_context(|| format!("nobody answers on {}", self.address))?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        stream.set_nodelay(true)?;
        Ok(BufReader::new(stream))
    }

    fn exchange(&mut self, mut connection: BufReader<TcpStream>, request: &str) -> Result<Response> {
        connection.get_mut().write_all(request.as_bytes())?;
        let response = read_response(&mut connection)?;
        let closes = response.header("connection").is_some_and(|word| word.eq_ignore_ascii_case("close"));
        if !closes {
            self.connection = Some(connection);
        }
        Ok(response)
    }
}

fn read_response(from: &mut impl BufRead) -> Result<Response> {
    let start = read_line(from)?;
    let status = start
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3))
        .and_then(|code| code.parse().ok())
        .with_context(|| format!("not an HTTP/1.1 status line: {start:?}"))?;
    let mut headers = Vec::new();
    loop {
        let line = read_line(from)?;
        if line.is_empty() {
            break;
        }
        if headers.len() == HEADERS_MAX {
            bail!("more than {HEADERS_MAX} headers");
        }
        let (name, value) = line.split_once(':').with_context(|| format!("not a header: {line:?}"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut response = Response { status, headers, body: Vec::new() };
    let is_chunked = response.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    if is_chunked {
        response.body = read_chunks(from)?;
    } else if !matches!(status, 204 | 304) {
        let length = response.header("content-length").context("neither a length nor chunks")?.parse()?;
        read_exactly(from, &mut response.body, length)?;
    }
    Ok(response)
}

fn read_chunks(from: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(from)?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let length = usize::from_str_radix(digits, 16).with_context(|| format!("not a chunk length: {line:?}"))?;
        if length == 0 {
            while !read_line(from)?.is_empty() {}
            return Ok(body);
        }
        read_exactly(from, &mut body, length)?;
        read_line(from)?;
    }
}

fn read_exactly(from: &mut impl BufRead, body: &mut Vec<u8>, length: usize) -> Result<()> {
    let end = body.len().saturating_add(length);
    if end > BODY_BYTES_MAX {
        bail!("more than {BODY_BYTES_MAX} bytes");
    }
    let read = from.take(length as u64).read_to_end(body)?;
    if read < length {
        bail!("the server closed after {read} of {length} bytes");
    }
    Ok(())
}

/// One line without its line end.
fn read_line(from: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    from.take(LINE_BYTES_MAX).read_line(&mut line)?;
    match line.strip_suffix('\n') {
        Some(text) => Ok(text.strip_suffix('\r').unwrap_or(text).to_owned()),
        None => {
            bail!("the server closed within a line or sent one of more than {LINE_BYTES_MAX} bytes")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn read(text: &str) -> Result<Response> {
        read_response(&mut text.as_bytes())
    }

    #[test]
    fn both_framings_are_read() {
        let plain = read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nSet-Cookie: a=b\r\n\r\nabcd").unwrap();
        assert_eq!((plain.status, plain.body.as_slice()), (200, b"abc".as_slice()));
        assert_eq!(plain.header("set-cookie"), Some("a=b"));
        let chunked =
            read("HTTP/1.1 303 See\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n")
                .unwrap();
        assert_eq!((chunked.status, chunked.body.as_slice()), (303, b"abc0123456789".as_slice()));
        assert_eq!(read("HTTP/1.1 204 No Content\r\n\r\n").unwrap().body, b"");
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_an_error() {
        for text in [
            "",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "SSH-2.0-x\r\n\r\n",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_closed_connection_is_opened_again() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = BufReader::new(stream.try_clone().unwrap());
                while !read_line(&mut request).unwrap().is_empty() {}
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
            }
        });
        let mut client = Client::new(port);
        for _ in 0..2 {
            assert_eq!(client.get("/", &[("accept", "text/html")]).unwrap().body, b"ok");
        }
        server.join().unwrap();
    }
}
