//! The checked-in code is what `proto/` says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;

#[path = "../../xtask/src/gen.rs"]
#[allow(dead_code)]
mod generator;

fn root() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../..")
}

#[test]
fn the_checked_in_code_is_generated_from_the_definitions() {
    let target = root().join(generator::TARGET);
    let generated = generator::generate(&root()).unwrap();
    for file in &generated {
        let checked_in = std::fs::read(target.join(&file.name)).unwrap_or_default();
        assert!(
            checked_in == file.bytes,
            "{}/{} differs from what proto/ says; run `cargo xtask gen` and commit the result",
            generator::TARGET,
            file.name
        );
    }
    let mut present: Vec<String> = std::fs::read_dir(&target)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut expected: Vec<String> = generated.into_iter().map(|file| file.name).collect();
    present.sort();
    expected.sort();
    assert_eq!(present, expected, "files that no step generates");
}
