//! Memory given back to the system in a thread of its own.
//!
//! Gigabytes take it tenths of a second, which nobody who stopped a run should wait for.

use std::thread;

use crate::nn::Network;

/// Weights whose memory is given back at once.
const FEW: usize = 1 << 20;

/// Drops what it is given, without waiting for it.
pub fn give_back<T: Send + 'static>(memory: T) {
    // Where the system gives no thread, it is dropped here.
    let _ = thread::Builder::new().name("give-back".to_owned()).spawn(move || drop(memory));
}

/// Drops networks, large ones without waiting for it.
pub fn give_back_networks(members: Vec<Network>) {
    if members.iter().map(Network::parameter_count).sum::<usize>() > FEW {
        give_back(members);
    }
}
