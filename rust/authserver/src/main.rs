//! The `tollgate-authserver` command.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::oneshot;
use tollgate_authserver::clock::SystemClock;
use tollgate_authserver::flags::{self, Command, Flags};
use tollgate_authserver::literal::Case;
use tollgate_authserver::server::Server;

fn main() -> ExitCode {
    let flags = match flags::parse(std::env::args().skip(1)) {
        Ok(Command::Run(flags)) => *flags,
        Ok(Command::Help) => return done(io::stdout().write_all(flags::HELP.as_bytes())),
        Ok(Command::Version) => return done(writeln!(io::stdout(), "{}", env!("CARGO_PKG_VERSION"))),
        Err(problem) => {
            eprintln!("tollgate-authserver: {problem}");
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return done(Err(error)),
    };
    let outcome = runtime.block_on(run(flags));
    // Requests that hang on purpose would never end by themselves.
    runtime.shutdown_background();
    done(outcome)
}

fn done(outcome: io::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tollgate-authserver: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: Flags) -> io::Result<()> {
    let log = match flags.log {
        Some(path) => {
            let named = |error| io::Error::other(format!("--log {}: {error}", path.display()));
            Some(OpenOptions::new().create(true).append(true).open(&path).map_err(named)?)
        }
        None => None,
    };
    let cases = match flags.answers {
        Some(path) => {
            let named =
                |error: &dyn Display| io::Error::other(format!("--answers {}: {error}", path.display()));
            let text = std::fs::read(&path).map_err(|error| named(&error))?;
            Case::read_all(&text).map_err(|error| named(&error))?
        }
        None => Vec::new(),
    };
    let signal = end_signal()?;
    let clock = SystemClock::start()?;
    let server = Server::start(flags.listen, flags.settings, cases, log, Arc::new(clock))
        .map_err(|error| io::Error::other(format!("--listen {}: {error}", flags.listen)))?;
    let url = format!("http://{}", server.address());
    let urls = json!({
        "url": url,
        "token_url": format!("{url}/oauth/token"),
        "api_url": format!("{url}/api/v2/echo"),
        "answers_url": format!("{url}/answers"),
    });
    {
        let mut out = io::stdout().lock();
        writeln!(out, "{urls}")?;
        out.flush()?;
    }
    if flags.exit_with_stdin {
        tokio::select! {
            () = signal => {}
            () = end_of_stdin() => {}
        }
    } else {
        signal.await;
    }
    Ok(())
}

/// Ends with SIGINT or SIGTERM.
#[cfg(unix)]
fn end_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends with Ctrl-C.
#[cfg(not(unix))]
fn end_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler the system ends the process on Ctrl-C by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// Ends with standard input. A thread of its own waits for it: no one can call off a read from a terminal or pipe.
async fn end_of_stdin() {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let mut ignored = [0; 4096];
        while matches!(io::stdin().lock().read(&mut ignored), Ok(1..)) {}
        let _ = sender.send(()); // no one listens if a signal came first
    });
    let _ = receiver.await;
}
