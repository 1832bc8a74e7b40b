//! A disk that is full, and one that is slow.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::check;
use crate::history::History;
use crate::load::{self, Load};
use crate::report::Outcome;
use crate::support::{Api, Backing, PATIENCE};
use crate::{server, world};

const FILLINGS: usize = 5;
/// Room for some ten thousand statements, with what is set aside.
const DISK_MIB: usize = 96;

pub(crate) async fn full() -> Outcome {
    let disk = Disk::mount();
    let backing = disk.backing();
    let history = History::new();
    let mut running = server::start(&backing).await;
    world::set_up(&server::api(&running)).await;
    for filling in 0..FILLINGS {
        let api = server::api(&running);
        let load = Load::start(&history, std::slice::from_ref(&api));
        load::acknowledged(&history, 200).await;
        disk.fill();
        nothing_is_acknowledged(&history).await;
        // Reading goes on, and says the truth.
        assert_eq!(api.get("/healthz").await.status, 200);
        check::nothing_lost(&api, &history).await;
        if filling % 2 == 0 {
            disk.make_room();
            load::acknowledged(&history, 200).await;
            load.stop().await;
        } else {
            // Killed while there is no room, and started once there is.
            server::end(running, "KILL").await;
            load.stop().await;
            disk.make_room();
            running = server::start(&backing).await;
        }
    }
    let found = check::everything(&server::api(&running), &history).await;
    server::end(running, "TERM").await;
    Outcome {
        injected: FILLINGS,
        found,
        remark: format!(
            "a file system of {DISK_MIB} MiB (tmpfs) without room, then with; twice killed meanwhile"
        ),
    }
}

/// Waits until the disk is full for everybody: no statement is acknowledged for a while.
async fn nothing_is_acknowledged(history: &History) {
    let began = Instant::now();
    let (mut seen, mut since) = (history.count(), Instant::now());
    while since.elapsed() < Duration::from_millis(1_500) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if history.count() != seen {
            (seen, since) = (history.count(), Instant::now());
        }
        assert!(began.elapsed() < PATIENCE, "the disk is never full");
    }
}

/// A small file system of its own in memory.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    fn mount() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={DISK_MIB}m"), "tmpfs"])
            .arg(folder.path())
            .status();
        assert!(
            mounted.is_ok_and(|status| status.success()),
            "a file system of {DISK_MIB} MiB can not be mounted, and a full disk not be had without; run this as root"
        );
        Self { folder }
    }

    fn backing(&self) -> Backing {
        Backing::Folder(tempfile::tempdir_in(self.folder.path()).unwrap())
    }

    fn aside(&self) -> PathBuf {
        self.folder.path().join("aside")
    }

    /// Takes all the room there is.
    fn fill(&self) {
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(self.aside())
            .unwrap();
        for size in [1 << 20, 1 << 12] {
            let block = vec![1_u8; size];
            while file.write_all(&block).is_ok() {}
        }
    }

    /// Gives it back.
    fn make_room(&self) {
        fs::remove_file(self.aside()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(self.folder.path())
            .status();
    }
}

/// How long each sync takes on the slow disk.
const SYNC: Duration = Duration::from_millis(250);
const SLOW: Duration = Duration::from_secs(20);

pub(crate) async fn slow() -> Outcome {
    let strace = server::told("TESTAMUR_TEST_STRACE");
    let delay = format!("inject=fsync,fdatasync:delay_exit={}", SYNC.as_micros());
    // -D: the server stays our child; --seccomp-bpf: only what is slowed down is slowed down.
    let arguments = [
        "-f",
        "-D",
        "--seccomp-bpf",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=fsync,fdatasync",
        "-e",
        &delay,
    ];
    let mut before = vec![strace.as_os_str()];
    before.extend(arguments.map(OsStr::new));

    let backing = Backing::folder();
    let history = History::new();
    let running = server::start_with(&backing, &before, |_| {}).await;
    let api = server::api(&running);
    world::set_up(&api).await;
    let load = Load::start(&history, std::slice::from_ref(&api));
    let (began, mut longest, mut reads) = (Instant::now(), Duration::ZERO, 0);
    while began.elapsed() < SLOW {
        longest = longest.max(read(&api).await);
        reads += 1;
    }
    load.stop().await;
    let commits = history.count();
    assert!(commits > 0);
    // Who reads does not wait for the disk that others write to.
    assert!(longest < SYNC * 20, "a read took {longest:?}");
    let found = check::everything(&api, &history).await;
    server::end(running, "TERM").await;
    Outcome {
        injected: 1,
        found,
        remark: format!(
            "every sync takes {} ms (strace) for {} s; the slowest of {reads} reads meanwhile took {} ms",
            SYNC.as_millis(),
            SLOW.as_secs(),
            longest.as_millis()
        ),
    }
}

async fn read(api: &Api) -> Duration {
    let began = Instant::now();
    api.get("/xapi/statements?limit=10").await.expect(200);
    began.elapsed()
}
