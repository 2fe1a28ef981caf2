//! The interface to C and C++ from outside: header, libraries, programs, packages: see `tests`.
