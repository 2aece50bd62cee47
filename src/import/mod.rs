//! Files to `Panel` by polars: sniffing, column roles, and the ledger that accounts for every row.
//!
//! Not for changing values: what cannot be read is counted and listed, never repaired here.
