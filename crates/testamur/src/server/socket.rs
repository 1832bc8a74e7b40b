use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use tokio::net::TcpSocket;

use crate::failure::{Failure, Outcome};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// An address that is ours, and not listened on yet: whether it can be had shows before anything is opened,
/// and nobody waits on it before there is somebody to answer.
#[derive(Debug)]
pub(crate) struct Socket(TcpSocket);

impl Socket {
    /// Takes the address; port 0 takes a free one.
    ///
    /// # Errors
    /// When it can not be had, with what to do.
    pub(crate) fn bind(address: SocketAddr) -> Outcome<Self> {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()
        } else {
            TcpSocket::new_v6()
        };
        let socket =
            socket.map_err(|error| Failure::new(format!("there is no socket to be had: {error}")))?;
        let taken = socket.set_reuseaddr(true).and_then(|()| socket.bind(address));
        taken.map_err(|error| refused(address, &error))?;
        Ok(Self(socket))
    }

    /// The address, with the port that was taken.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub(crate) fn address(&self) -> Outcome<SocketAddr> {
        self.0
            .local_addr()
            .map_err(|error| Failure::new(format!("the address can not be told: {error}")))
    }

    /// Begins to listen.
    ///
    /// # Errors
    /// When somebody else was faster.
    pub(crate) fn listen(self) -> Outcome<TcpListener> {
        let address = self.address()?;
        self.0
            .listen(BACKLOG)
            .and_then(tokio::net::TcpListener::into_std)
            .map_err(|error| refused(address, &error))
    }
}

fn refused(address: SocketAddr, error: &std::io::Error) -> Failure {
    let advice = match error.kind() {
        ErrorKind::AddrInUse => {
            "another program is listening there; stop it, or choose another port with --bind IP:PORT"
        }
        ErrorKind::PermissionDenied => {
            "ports below 1024 are not for everybody; choose a higher one with --bind IP:PORT"
        }
        ErrorKind::AddrNotAvailable => "this machine has no such address; 0.0.0.0 means all it has",
        _ => return Failure::new(format!("{address} can not be listened on: {error}")),
    };
    Failure::new(format!("{address} can not be listened on: {advice}"))
}
