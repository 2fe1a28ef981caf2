//! With the feature `capi`: names the shared library.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "capi")]
    name_the_shared_library();
}

/// Plain cargo gives a shared library no name of its own; its users would then record a path. Before 1.0 every minor
/// version may break them, so it is part of the name.
#[cfg(feature = "capi")]
fn name_the_shared_library() {
    if !matches!(
        std::env::var("CARGO_CFG_TARGET_OS").as_deref(),
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
