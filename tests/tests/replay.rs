//! Recorded executions of the official solver, natively.

use std::path::Path;

use tests::replay::{Recordings, replay_all};

#[test]
fn recorded_executions_solve_to_the_same_witness() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts/recorded.tar.gz");
    let (report, _) = replay_all(&Recordings::open(&path).unwrap(), 0).unwrap();
    println!("{report}");
    assert!(report.is_equal(), "{report}");
    assert_eq!((report.solved, report.failed), (62, 3));
}
