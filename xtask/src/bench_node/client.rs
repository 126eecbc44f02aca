//! A JSON-RPC client that costs little beside what it measures: one connection, HTTP by hand.
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    time::Duration,
};

use serde_json::{Value, json};

use super::BenchError;

/// Nothing that is measured takes longer.
const PATIENCE: Duration = Duration::from_secs(300);
/// Answers are much shorter.
const MAX_BODY: usize = 256 << 20;

/// A connection to a node, used for one call after the other.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    name: &'static str,
}

impl Client {
    /// Connects to a node on this machine.
    pub(crate) fn connect(name: &'static str, port: u16) -> Result<Self, BenchError> {
        let connect = || {
            let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            Ok(Self { stream: BufReader::new(stream), name })
        };
        connect().map_err(|source| BenchError::Talk { node: name, source })
    }

    /// Posts a body; the body of the answer.
    pub(crate) fn post(&mut self, body: &[u8]) -> Result<Vec<u8>, BenchError> {
        self.exchange(body).map_err(|source| BenchError::Talk { node: self.name, source })
    }

    /// Gets a text.
    pub(crate) fn get(&mut self, path: &str) -> Result<String, BenchError> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
        let answer = self.stream.get_mut().write_all(request.as_bytes()).and_then(|()| read_answer(&mut self.stream));
        let answer = answer.map_err(|source| BenchError::Talk { node: self.name, source })?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn exchange(&mut self, body: &[u8]) -> io::Result<Vec<u8>> {
        let mut request = format!(
            "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request)?;
        read_answer(&mut self.stream)
    }

    /// The result of one call; null for nothing.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Result<Value, BenchError> {
        let answer = self.post(request(0, method, params).to_string().as_bytes())?;
        self.result(method, &parse(self.name, &answer)?)
    }

    /// The results of calls sent in one batch, in their order.
    pub(crate) fn batch(&mut self, calls: &[(&str, Value)]) -> Result<Vec<Value>, BenchError> {
        let body: Vec<_> = calls.iter().enumerate().map(|(id, (method, params))| request(id, method, params)).collect();
        let answer = parse(self.name, &self.post(Value::from(body).to_string().as_bytes())?)?;
        calls.iter().enumerate().map(|(id, (method, _))| self.result(method, &answer[id])).collect()
    }

    /// What an answer to one call says.
    pub(crate) fn result(&self, method: &str, answer: &Value) -> Result<Value, BenchError> {
        match answer.get("error") {
            Some(error) => {
                Err(BenchError::Refused { node: self.name, method: method.to_owned(), answer: error.to_string() })
            }
            None => Ok(answer.get("result").cloned().unwrap_or(Value::Null)),
        }
    }
}

/// One call as JSON.
pub(crate) fn request(id: usize, method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

/// The JSON of an answer.
pub(crate) fn parse(node: &'static str, answer: &[u8]) -> Result<Value, BenchError> {
    serde_json::from_slice(answer).map_err(|source| BenchError::Json { node, source })
}

/// Reads the head of an answer, then as much body as it announces.
fn read_answer(stream: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let wrong = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    let (mut length, mut chunked) = (None, false);
    for first in [true, false].into_iter().chain(std::iter::repeat(false)) {
        let line = read_line(stream)?;
        if first {
            if !line.starts_with("HTTP/1.1 ") {
                return Err(wrong("the answer is not HTTP"));
            }
            continue;
        }
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse::<usize>().ok(),
            "transfer-encoding" => chunked = value.trim().eq_ignore_ascii_case("chunked"),
            _ => {}
        }
    }
    let mut body = Vec::new();
    if !chunked {
        let length = length.filter(|length| *length <= MAX_BODY).ok_or_else(|| wrong("the answer has no length"))?;
        body.resize(length, 0);
        stream.read_exact(&mut body)?;
        return Ok(body);
    }
    loop {
        let size = read_line(stream)?;
        let size = size.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size.trim(), 16).map_err(|_| wrong("a chunk has no size"))?;
        if size > MAX_BODY - body.len() {
            return Err(wrong("the answer is too long"));
        }
        let start = body.len();
        body.resize(start + size, 0);
        stream.read_exact(&mut body[start..])?;
        read_line(stream)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn read_line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if stream.take(1 << 16).read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> io::Result<Vec<u8>> {
        read_answer(&mut text.as_bytes())
    }

    #[test]
    fn reads_both_kinds_of_bodies() {
        assert_eq!(read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nx: y\r\n\r\nabcd").unwrap(), b"abc");
        let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        assert_eq!(read(chunks).unwrap(), b"abcde");
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        for text in ["", "SSH-2.0\r\n", "HTTP/1.1 200 OK\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"]
        {
            assert!(read(text).is_err(), "{text:?}");
        }
    }
}
