//! With the feature `capi`: generates the C header, and names the shared library.

fn main() {
    #[cfg(feature = "capi")]
    capi::build();
}

#[cfg(feature = "capi")]
mod capi {
    use std::env;
    use std::path::PathBuf;

    pub(super) fn build() {
        println!("cargo::rerun-if-changed=src/ffi.rs");
        println!("cargo::rerun-if-changed=src/ffi");
        println!("cargo::rerun-if-changed=cbindgen.toml");
        // Plain cargo gives a shared library no name of its own; its users would then record a path. Before 1.0 every
        // minor version may break them, so it is part of the name.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libpuhui.so.0.1");
        let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
        let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("puhui.h");
        match super::header::generate(&root) {
            Ok(bindings) => {
                bindings.write_to_file(out);
            }
            Err(error) => println!("cargo::error=cbindgen: {error}"),
        }
    }
}

#[cfg(feature = "capi")]
#[path = "tests/header/generate.rs"]
mod header;
