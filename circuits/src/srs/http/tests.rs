//! Downloads from a web server of the test's own, which behaves as the address says.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use pollster::block_on;

use super::*;
use crate::srs::fetch::PIECE;
use crate::srs::{Srs, SrsCache, SrsError, SrsKind, SrsProgress, SrsSize, development_for_tests};

const KIND: SrsKind = SrsKind::InsecureDevelopment;
const LIMITS: HttpLimits = HttpLimits { silence: Duration::from_millis(300), answer: Duration::from_secs(20) };

/// Points of three pieces, the last of which is one point.
fn size() -> SrsSize {
    SrsSize::for_log2_gates(9).unwrap()
}

/// Path and range of every request.
type Asked = Arc<Mutex<Vec<(String, usize)>>>;

struct Server {
    address: String,
    points: Arc<Vec<u8>>,
    asked: Asked,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let points = Arc::new(development_for_tests(size()).bn254_g1);
        let asked = Asked::default();
        let (served, noted) = (points.clone(), asked.clone());
        thread::spawn(move || {
            let connections: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
            for stream in listener.incoming().map_while(Result::ok) {
                let (points, asked, counts) = (served.clone(), noted.clone(), connections.clone());
                // A client that hangs up is none of the server's business.
                thread::spawn(move || drop(serve(stream, &points, &asked, &counts)));
            }
        });
        Self { address, points, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.address)
    }

    /// What was asked since the last time: path and first byte.
    fn asked(&self) -> Vec<(String, usize)> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    fn get(&self, path: &str, range: Range<u64>) -> Result<Vec<u8>, FetchError> {
        block_on(HttpFetch::new(LIMITS).fetch(&self.url(path), range))
    }

    fn download(&self, folder: &Path, paths: &[&str]) -> Result<Srs, SrsError> {
        self.download_as(folder, KIND, size(), paths, &mut |_| ())
    }

    fn download_as(
        &self,
        folder: &Path,
        kind: SrsKind,
        size: SrsSize,
        paths: &[&str],
        progress: &mut (dyn FnMut(SrsProgress) + Send),
    ) -> Result<Srs, SrsError> {
        let urls: Vec<_> = paths.iter().map(|path| self.url(path)).collect();
        let urls: Vec<_> = urls.iter().map(String::as_str).collect();
        block_on(SrsCache::new(folder).download(kind, size, &urls, &HttpFetch::new(LIMITS), progress))
    }
}

/// Answers the requests of one connection.
fn serve(
    mut stream: TcpStream,
    points: &[u8],
    asked: &Asked,
    counts: &Mutex<HashMap<String, usize>>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line.trim().is_empty() {
                break;
            }
            head.push(line.trim().to_ascii_lowercase());
        }
        let path = head[0].split_whitespace().nth(1).unwrap()[1..].to_owned();
        assert!(head.iter().any(|line| line == "accept-encoding: identity"), "{head:?}");
        let range = head.iter().find_map(|line| line.strip_prefix("range: bytes=")).unwrap();
        let (first, last) = range.split_once('-').unwrap();
        let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
        asked.lock().unwrap().push((path.clone(), first));
        let count = {
            let mut counts = counts.lock().unwrap();
            let count = counts.entry(path.clone()).or_default();
            *count += 1;
            *count
        };
        let length = points.len();
        let mut bytes = points[first..length.min(last + 1)].to_vec();
        let begin = |status: &str, first: usize, last: usize, sent: usize| {
            format!(
                "HTTP/1.1 {status}\r\nContent-Range: bytes {first}-{last}/{length}\r\nContent-Length: {sent}\r\n\r\n"
            )
        };
        let partial = |first, last, sent| begin("206 Partial Content", first, last, sent);
        match path.as_str() {
            "good" => {}
            // Every second request fails.
            "flaky" if count.is_multiple_of(2) => {
                stream.write_all(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy")?;
                continue;
            }
            "flaky" => {}
            "one-piece" if first >= PIECE => return Ok(()),
            "one-piece" => {}
            "wrong-points" if first >= 2 * PIECE => *bytes.last_mut().unwrap() ^= 1,
            "wrong-points" => {}
            // The first piece is wrong, and then it is gone.
            "wrong-begin" if first >= PIECE => return Ok(()),
            "wrong-begin" => bytes[64 * 100] ^= 1,
            "whole-file" => {
                stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").as_bytes())?;
                return stream.write_all(points);
            }
            "missing" => {
                stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?;
                continue;
            }
            "elsewhere" => {
                let head = "HTTP/1.1 302 Found\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n";
                stream.write_all(head.as_bytes())?;
                continue;
            }
            "in-circles" => {
                let head = "HTTP/1.1 302 Found\r\nLocation: /in-circles\r\nContent-Length: 0\r\n\r\n";
                stream.write_all(head.as_bytes())?;
                continue;
            }
            "other-range" => {
                stream.write_all(partial(first + 64, last + 64, bytes.len()).as_bytes())?;
                return stream.write_all(&bytes);
            }
            "no-range" => {
                let head = format!("HTTP/1.1 206 Partial Content\r\nContent-Length: {}\r\n\r\n", bytes.len());
                stream.write_all(head.as_bytes())?;
                return stream.write_all(&bytes);
            }
            "short" => {
                stream.write_all(partial(first, last, bytes.len() / 2).as_bytes())?;
                stream.write_all(&bytes[..bytes.len() / 2])?;
                continue;
            }
            "cut-off" => {
                stream.write_all(partial(first, last, bytes.len()).as_bytes())?;
                return stream.write_all(&bytes[..bytes.len() / 2]);
            }
            "stalls" => {
                stream.write_all(partial(first, last, bytes.len()).as_bytes())?;
                stream.write_all(&bytes[..bytes.len() / 2])?;
                thread::sleep(Duration::from_secs(10));
                return Ok(());
            }
            "silent" => {
                thread::sleep(Duration::from_secs(10));
                return Ok(());
            }
            // Goes on for as long as somebody reads.
            "endless" => {
                let head = format!("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {first}-{last}/*\r\n\r\n");
                stream.write_all(head.as_bytes())?;
                loop {
                    stream.write_all(&bytes)?;
                }
            }
            "endless-head" => {
                stream.write_all(b"HTTP/1.1 206 Partial Content\r\n")?;
                loop {
                    stream.write_all(b"X-More: and more and more and more and more and more and more and more\r\n")?;
                }
            }
            "no-http" => return stream.write_all(b"\x16\x03\x01 hello\r\n\r\n"),
            other => panic!("no such path: {other}"),
        }
        stream.write_all(partial(first, last, bytes.len()).as_bytes())?;
        stream.write_all(&bytes)?;
    }
}

#[test]
fn a_range_is_exactly_what_was_asked_for_or_an_error() {
    let server = Server::start();
    assert_eq!(server.get("good", 100..1000).unwrap(), server.points[100..1000]);
    assert!(server.get("good", 64..64).unwrap().is_empty());
    assert_eq!(server.get("elsewhere", 5..6).unwrap(), server.points[5..6]);
    let refused = |path: &str| server.get(path, 100..1000).unwrap_err();
    assert!(matches!(refused("whole-file"), FetchError::Status { status: 200, .. }));
    assert!(matches!(refused("missing"), FetchError::Status { status: 404, .. }));
    for path in ["other-range", "no-range"] {
        assert!(matches!(refused(path), FetchError::Range { expected: Range { start: 100, end: 1000 }, .. }), "{path}");
    }
    for path in ["short", "cut-off"] {
        let error = refused(path);
        assert!(matches!(error, FetchError::Length { expected: 900, found: 450, .. }), "{path}: {error:?}");
    }
    let error = refused("endless");
    assert!(matches!(error, FetchError::Length { expected: 900, found: 901, .. }), "{error:?}");
    for path in ["stalls", "silent", "in-circles", "endless-head", "no-http"] {
        let start = std::time::Instant::now();
        let error = refused(path);
        assert!(matches!(&error, FetchError::Request { .. }), "{path}: {error:?}");
        assert!(error.to_string().contains(path), "{error}");
        assert!(start.elapsed() < Duration::from_secs(8), "{path}: {:?}", start.elapsed());
    }
    // Past the end the server sends what it has; nobody listens; no address.
    let length = server.points.len() as u64;
    assert!(matches!(server.get("good", length - 10..length + 10), Err(FetchError::Range { .. })));
    for url in ["http://127.0.0.1:1/g1.dat", "no address", "ftp://127.0.0.1/g1.dat", ""] {
        let error = block_on(HttpFetch::new(LIMITS).fetch(url, 0..64)).unwrap_err();
        assert!(matches!(error, FetchError::Request { .. }), "{url}: {error:?}");
    }
}

#[test]
fn a_download_falls_over_to_the_next_source_and_goes_on_there() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::start());
    let mut seen = Vec::new();
    let paths = ["missing", "one-piece", "other-range", "good"];
    let srs = server.download_as(folder.path(), KIND, size(), &paths, &mut |progress| seen.push(progress)).unwrap();
    assert_eq!(srs, development_for_tests(size()));
    let asked = |path: &str, first| (path.to_owned(), first);
    let expected = [
        asked("missing", 0),
        asked("one-piece", 0),
        asked("one-piece", PIECE),
        asked("other-range", PIECE),
        asked("good", PIECE),
        asked("good", 2 * PIECE),
    ];
    let mut found = server.asked();
    // A connection that ended may be tried once more.
    found.dedup();
    assert_eq!(found, expected);
    let of = size().bytes();
    assert_eq!(seen.first(), Some(&SrsProgress::Downloading { done: 0, of }));
    assert_eq!(seen[seen.len() - 2..], [SrsProgress::Downloading { done: of, of }, SrsProgress::Verifying]);
    // It is in the cache now, and nothing else is.
    assert_eq!(server.download(folder.path(), &[]).unwrap(), srs);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_download_that_ended_goes_on_the_next_time() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::start());
    let error = server.download(folder.path(), &["one-piece", "silent"]).unwrap_err();
    assert!(matches!(&error, SrsError::Sources(all) if all.len() == 2), "{error}");
    server.asked();
    server.download(folder.path(), &["good"]).unwrap();
    assert_eq!(server.asked().first(), Some(&("good".to_owned(), PIECE)));
}

#[test]
fn a_source_that_fails_now_and_then_is_asked_again() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::start());
    assert_eq!(server.download(folder.path(), &["flaky"]).unwrap(), development_for_tests(size()));
    assert_eq!(server.asked().len(), 5);
}

#[test]
fn wrong_points_are_thrown_away_whoever_sent_them() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::start());
    let srs = server.download(folder.path(), &["wrong-points", "good"]).unwrap();
    assert_eq!(srs, development_for_tests(size()));
    assert_eq!(server.asked().iter().filter(|(_, first)| *first == 0).count(), 2);

    // The wrong part came from a source before: the last one is asked for all of it.
    let folder = tempfile::tempdir().unwrap();
    let srs = server.download(folder.path(), &["wrong-begin", "good"]).unwrap();
    assert_eq!(srs, development_for_tests(size()));
    let good: Vec<_> = server.asked().into_iter().filter(|(path, _)| path == "good").map(|(_, first)| first).collect();
    assert_eq!(good, [PIECE, 2 * PIECE, 0, PIECE, 2 * PIECE]);

    // Nobody has the right points.
    let folder = tempfile::tempdir().unwrap();
    let error = server.download(folder.path(), &["wrong-points", "missing"]).unwrap_err();
    let SrsError::Sources(failures) = &error else { panic!("{error}") };
    assert!(matches!(failures[0].1, SrsError::NotOnCurve(_)), "{error}");
    assert!(matches!(failures[1].1, SrsError::Fetch(FetchError::Status { status: 404, .. })), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    // Points of another secret are no points of the ceremony.
    let size = SrsSize::for_log2_gates(4).unwrap();
    let error = server.download_as(folder.path(), SrsKind::Ignition, size, &["good"], &mut |_| ()).unwrap_err();
    assert!(matches!(&error, SrsError::Sources(all) if matches!(all[..], [(_, SrsError::NotPowers)])), "{error}");
}

#[test]
fn a_larger_srs_starts_from_the_smaller_one() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::start());
    let small = SrsSize::for_log2_gates(4).unwrap();
    server.download_as(folder.path(), KIND, small, &["good"], &mut |_| ()).unwrap();
    server.asked();
    assert_eq!(server.download(folder.path(), &["good"]).unwrap(), development_for_tests(size()));
    assert_eq!(server.asked().first(), Some(&("good".to_owned(), small.bytes())));
}
