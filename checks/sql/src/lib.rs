//! Figures of books, of villages and of a report against plain SQL over the same rows: see `tests`.
