//! An HTTP client that shows everything, broken answers too, and a server to point it at.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tollgate_authserver::clock::ManualClock;
use tollgate_authserver::server::Server;
use tollgate_authserver::settings::Settings;

/// Far more than anything here takes.
const DEADLINE: Duration = Duration::from_secs(20);

/// A server whose time stands still until it is moved.
pub(crate) struct Bench {
    server: Server,
    clock: Arc<ManualClock>,
}

impl Bench {
    /// Starts a server with the given settings on top of the defaults.
    pub(crate) fn new(patch: Value) -> Self {
        let mut settings = Settings::default();
        settings.patch(patch.as_object().unwrap()).unwrap();
        // 1994-11-06T08:49:37Z
        let clock = Arc::new(ManualClock::new(SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)));
        let server =
            Server::start(([127, 0, 0, 1], 0).into(), settings, Vec::new(), None, clock.clone()).unwrap();
        Self { server, clock }
    }

    pub(crate) async fn connect(&self) -> Client {
        Client::connect(self.server.address()).await
    }

    pub(crate) fn pass(&self, millis: u64) {
        self.clock.advance(Duration::from_millis(millis));
    }

    /// A connection whose next request is not its first.
    pub(crate) async fn connected(&self) -> Client {
        let mut client = self.connect().await;
        client.exchange("GET", "/control/counts", &[], "").await.unwrap();
        client
    }

    /// From now on, requests arrive that long before the server reads them.
    pub(crate) fn read_late(&self, millis: u64) {
        self.clock.read_late(Duration::from_millis(millis));
    }

    /// Has ready threads wait for a processor.
    pub(crate) fn wait_for_cpu(&self, millis: u64) {
        self.clock.wait_for_cpu(Duration::from_millis(millis));
    }

    /// A token request on a connection of its own.
    pub(crate) async fn ask(&self) -> Answer {
        self.connect().await.ask().await
    }

    /// A token that must come.
    pub(crate) async fn token(&self) -> String {
        let answer = self.ask().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// An API request on a connection of its own: composed as that is accepted.
    pub(crate) async fn call(&self, token: &str) -> Answer {
        self.connect().await.call(token).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.connect().await.exchange("GET", path, &[], "").await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.connect().await.exchange("POST", path, &[], &body.to_string()).await.unwrap()
    }

    pub(crate) async fn set(&self, patch: Value) {
        let answer = self.post("/control/settings", patch).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    pub(crate) async fn counts(&self) -> Value {
        self.get("/control/counts").await.json()
    }

    /// One count of the client `demo`.
    pub(crate) async fn demo(&self, key: &str) -> u64 {
        self.counts().await["clients"]["demo"][key].as_u64().unwrap()
    }

    /// One count of the API.
    pub(crate) async fn api(&self, key: &str) -> u64 {
        self.counts().await["api"][key].as_u64().unwrap()
    }

    /// Returns once the counts are as wanted.
    pub(crate) async fn until(&self, wanted: impl Fn(&Value) -> bool) {
        let asking = async {
            while !wanted(&self.counts().await) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(DEADLINE, asking).await.expect("the counts never became as wanted");
    }
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// One keep-alive connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self { stream: BufReader::new(TcpStream::connect(address).await.unwrap()) }
    }

    /// Sends the usual token request.
    pub(crate) async fn send_token_request(&mut self) {
        // demo:demo-secret
        self.send_token_request_as("ZGVtbzpkZW1vLXNlY3JldA==").await;
    }

    /// Sends a token request with these Basic credentials.
    pub(crate) async fn send_token_request_as(&mut self, credentials: &str) {
        let headers = [
            ("Authorization", format!("Basic {credentials}")),
            ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
        ];
        self.send("POST", "/oauth/token", &headers, "grant_type=client_credentials").await;
    }

    /// A token request of the client `demo` with this form, and its answer.
    pub(crate) async fn ask_with(&mut self, form: &str) -> Answer {
        let headers = [
            ("Authorization", "Basic ZGVtbzpkZW1vLXNlY3JldA==".to_owned()),
            ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
        ];
        self.exchange("POST", "/oauth/token", &headers, form).await.unwrap()
    }

    /// The usual token request and its answer.
    pub(crate) async fn ask(&mut self) -> Answer {
        self.send_token_request().await;
        self.receive().await.unwrap()
    }

    /// An API request and its answer.
    pub(crate) async fn call(&mut self, token: &str) -> Answer {
        let headers = [("Authorization", format!("Bearer {token}"))];
        self.exchange("GET", "/api/v2/echo", &headers, "").await.unwrap()
    }

    pub(crate) async fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: &str,
    ) -> io::Result<Answer> {
        self.send(method, path, headers, body).await;
        self.receive().await
    }

    pub(crate) async fn send(&mut self, method: &str, path: &str, headers: &[(&str, String)], body: &str) {
        let mut text =
            format!("{method} {path} HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text.push_str(body);
        self.stream.get_mut().write_all(text.as_bytes()).await.unwrap();
    }

    /// Sends part of a request.
    pub(crate) async fn send_partly(&mut self, text: &str) {
        self.stream.get_mut().write_all(text.as_bytes()).await.unwrap();
    }

    /// Receives an answer; an answer that ends too early is an `UnexpectedEof` that tells what there was of its body.
    pub(crate) async fn receive(&mut self) -> io::Result<Answer> {
        tokio::time::timeout(DEADLINE, self.receive_in_time()).await.expect("no answer")
    }

    async fn receive_in_time(&mut self) -> io::Result<Answer> {
        let status_line = self.line().await?;
        let status = status_line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut answer = Answer { status, headers, body: String::new() };
        if status == 101 {
            return Ok(answer); // what follows is no longer HTTP
        }
        let length: usize = answer.header("content-length").unwrap().parse().unwrap();
        let mut body = Vec::new();
        (&mut self.stream).take(length as u64).read_to_end(&mut body).await?;
        answer.body = String::from_utf8(body).unwrap();
        if answer.body.len() < length {
            let promise = format!("{} of {length} bytes: {}", answer.body.len(), answer.body);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, promise));
        }
        Ok(answer)
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }

    /// The next bytes of a connection that speaks HTTP no longer; none: it has ended.
    pub(crate) async fn receive_raw(&mut self) -> Vec<u8> {
        let mut bytes = vec![0; 200];
        let reading = self.stream.read(&mut bytes);
        let count = tokio::time::timeout(DEADLINE, reading).await.expect("nothing came").unwrap();
        bytes.truncate(count);
        bytes
    }

    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).await.unwrap();
    }

    /// Whether nothing has come so far.
    pub(crate) fn is_silent(&self) -> bool {
        let nothing = self.stream.get_ref().try_read(&mut [0]);
        matches!(nothing, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }
}

/// The counts of a server that has seen nothing.
pub(crate) fn no_counts() -> Value {
    let client = json!({
        "token_requests": 0, "minted": 0, "throttled": 0, "inside_retry_after": 0, "suspensions": 0,
        "duplicates_within_100ms": 0, "rejected": 0, "faulted": 0, "refresh_requests": 0, "refresh_rejected": 0,
        "refresh_reused": 0, "password_requests": 0, "users": 0, "api_ok": 0, "api_unauthorized_avoidable": 0,
        "api_unauthorized_unavoidable": 0, "api_throttled": 0,
    });
    json!({
        "clients": { "demo": client }, "totals": client, "token_connections": 0, "token_connections_dropped": 0,
        "token_requests_at_once": 0,
        "api": {
            "requests": 0, "ok": 0, "unauthenticated": 0, "unauthorized": 0, "unauthorized_avoidable": 0,
            "unauthorized_unavoidable": 0, "throttled": 0, "faulted": 0, "forbidden": 0, "without_tenant": 0, "tenants": 0,
            "inside_retry_after": 0, "ws_opened": 0, "ws_unauthorized": 0, "ws_closed_by_age": 0,
        },
    })
}
