//! Generates the code of `penchant-proto` from `proto/`, without `protoc`: protox parses, prost
//! and tonic write the messages and services, pbjson their proto3 JSON mapping.
//!
//! The drift test of `penchant-proto` includes this file, so that what it compares with is made by
//! the very same steps.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use prost::Message as _;

/// Where the checked-in code lives, from the workspace root.
pub(crate) const TARGET: &str = "crates/penchant-proto/src/gen";

/// Where the definitions live, from the workspace root.
pub(crate) const SOURCE: &str = "proto";

const PACKAGE: &str = "penchant.v1";

/// One generated file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Generated {
    /// Name within [`TARGET`].
    pub(crate) name: String,
    /// Content.
    pub(crate) bytes: Vec<u8>,
}

/// Writes all files. `root` is the workspace root.
///
/// # Errors
/// When a definition does not compile or a file cannot be written.
pub(crate) fn run(root: &Path) -> Result<()> {
    let target = root.join(TARGET);
    std::fs::create_dir_all(&target)?;
    for file in generate(root)? {
        let path = target.join(&file.name);
        std::fs::write(&path, &file.bytes).with_context(|| format!("{}", path.display()))?;
        println!("xtask gen: {TARGET}/{}", file.name);
    }
    Ok(())
}

/// Generates all files in memory, by name.
///
/// # Errors
/// When a definition does not compile.
pub(crate) fn generate(root: &Path) -> Result<Vec<Generated>> {
    let source = root.join(SOURCE);
    let mut compiler = protox::Compiler::new([&source])?;
    compiler.include_imports(true).include_source_info(true).open_files(definitions(&source)?)?;
    let described = compiler.file_descriptor_set();

    let scratch = tempfile::tempdir()?;
    tonic_prost_build::configure()
        .out_dir(scratch.path())
        .btree_map(".")
        .compile_well_known_types(true)
        .extern_path(".google.protobuf", "::pbjson_types")
        .compile_fds(described.clone())?;

    pbjson_build::Builder::new()
        .register_descriptors(&described.encode_to_vec())?
        .out_dir(scratch.path())
        .btree_map(["."])
        .extern_path(".google.protobuf", "::pbjson_types")
        .preserve_proto_field_names()
        // `preferences: []` and `truncated: false` stand in answers: clients need not guess.
        .emit_fields()
        .build(&[format!(".{PACKAGE}")])?;

    // For reflection; comments are left out, they would triple its size.
    compiler.include_source_info(false);
    let descriptors =
        Generated { name: format!("{PACKAGE}.bin"), bytes: compiler.encode_file_descriptor_set() };
    let mut files = vec![descriptors];
    for name in [format!("{PACKAGE}.rs"), format!("{PACKAGE}.serde.rs")] {
        let bytes = std::fs::read(scratch.path().join(&name)).with_context(|| name.clone())?;
        files.push(Generated { name, bytes });
    }
    Ok(files)
}

/// All `.proto` files, in an order that does not depend on the file system.
fn definitions(source: &Path) -> Result<Vec<PathBuf>> {
    let folder = source.join(PACKAGE.replace('.', "/"));
    let mut files = std::fs::read_dir(&folder)
        .with_context(|| format!("{}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "proto"));
    files.sort();
    Ok(files)
}
