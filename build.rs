//! With the feature `capi`: generates the C header, and names the shared library.

fn main() {
    #[cfg(feature = "capi")]
    capi::build();
}

#[cfg(feature = "capi")]
mod capi {
    use std::path::PathBuf;
    use std::{env, fs};

    pub(super) fn build() {
        println!("cargo::rerun-if-changed=src/ffi.rs");
        println!("cargo::rerun-if-changed=src/ffi");
        println!("cargo::rerun-if-changed=src/loan/account/state.rs");
        println!("cargo::rerun-if-changed=cbindgen.toml");
        name_the_shared_library();
        let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
        let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("puhui.h");
        match super::header::generate(&root) {
            Ok(header) => {
                if let Err(error) = fs::write(&out, header) {
                    println!("cargo::error={}: {error}", out.display());
                }
            }
            Err(error) => println!("cargo::error=cbindgen: {error}"),
        }
    }

    /// Plain cargo gives a shared library no name of its own; its users would then record a path. Before 1.0 every minor
    /// version may break them, so it is part of the name.
    fn name_the_shared_library() {
        if !matches!(
            env::var("CARGO_CFG_TARGET_OS").as_deref(),
            Ok("linux" | "android" | "freebsd" | "netbsd" | "openbsd")
        ) {
            return;
        }
        let name = match (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR")) {
            ("0", minor) => format!("libpuhui.so.0.{minor}"),
            (major, _) => format!("libpuhui.so.{major}"),
        };
        // The argument for shared libraries alone is reserved to packages that always build one. Elsewhere this one says
        // nothing: a program is not looked up by such a name.
        println!("cargo::rustc-link-arg=-Wl,-soname,{name}");
    }
}

#[cfg(feature = "capi")]
#[path = "tests/header/generate.rs"]
mod header;
