use std::any::Any;
use std::time::Duration;

use actix_web::rt::net::TcpStream;

/// Has the operating system close a connection whose client takes nothing of what was sent for this long: no time limit
/// of ours sees that, for whoever waits to write is not asked.
pub(crate) fn cut_off_after(connection: &dyn Any, stall: Duration) {
    let Some(connection) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(connection).set_tcp_user_timeout(Some(stall)) {
        tracing::debug!(%error, "a connection whose client takes nothing will not be cut off");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (connection, stall);
}
