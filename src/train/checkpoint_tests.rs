use super::*;
use crate::train::Exact;
use proptest::prelude::*;

/// A state with all that JSON makes difficult.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct State {
    epoch: usize,
    seed: u64,
    position: u128,
    losses: Vec<Exact>,
}

fn state() -> State {
    let losses = vec![Exact(0.1 + 0.2), Exact(f64::INFINITY)];
    State { epoch: 3, seed: u64::MAX, position: u128::MAX - 1, losses }
}

fn checkpoint() -> Checkpoint<State> {
    let weights = vec![1.5, -0.0, f32::MIN_POSITIVE / 2.0, f32::INFINITY];
    let tensors = vec![("weights".to_owned(), weights), ("a".to_owned(), Vec::new())];
    Checkpoint { state: state(), tensors }
}

proptest! {
    #[test]
    fn every_checkpoint_comes_back_to_the_last_bit(
        arrays in prop::collection::vec(prop::collection::vec(any::<u32>(), 0..40), 0..5),
        position: u128,
        loss: f64,
    ) {
        let named = arrays.iter().enumerate().rev().map(|(index, bits)| {
            (format!("t{index}"), bits.iter().map(|bits| f32::from_bits(*bits)).collect())
        });
        let state = State { position, losses: vec![Exact(loss)], ..state() };
        let checkpoint = Checkpoint { state, tensors: named.collect() };
        let bytes = checkpoint.to_bytes().unwrap();
        let back = Checkpoint::<State>::from_bytes(&bytes).unwrap();
        prop_assert_eq!(back.state.position, position);
        // NaN differs from itself, so bytes are compared.
        prop_assert_eq!(back.to_bytes().unwrap(), bytes);
    }
}

#[test]
fn tensors_keep_their_order_and_are_found_by_name_and_length() {
    let back = Checkpoint::from_bytes(&checkpoint().to_bytes().unwrap()).unwrap();
    assert_eq!(back, checkpoint());
    assert_eq!(back.tensor("weights", 4).unwrap()[0], 1.5);
    let error = back.tensor("weights", 5).unwrap_err().to_string();
    assert!(error.contains("4 values where 5"), "{error}");
    let error = back.tensor("moments", 1).unwrap_err().to_string();
    assert!(error.contains("\"moments\" is missing"), "{error}");
}

#[test]
fn bytes_cut_anywhere_are_refused() {
    let bytes = checkpoint().to_bytes().unwrap();
    for len in 0..bytes.len() {
        assert!(Checkpoint::<State>::from_bytes(&bytes[..len]).is_err(), "{len} bytes");
    }
}

#[test]
fn a_bit_that_flipped_anywhere_is_found() {
    let bytes = checkpoint().to_bytes().unwrap();
    assert!(carries_digest(&bytes).unwrap());
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[place] ^= 1 << bit;
            // White space of the header may become other white space.
            let read = Checkpoint::<State>::from_bytes(&flipped);
            assert!(read.is_err() || bytes[place] == b' ', "byte {place}, bit {bit}");
        }
    }
    let values = bytes.len() - 1;
    let mut flipped = bytes;
    flipped[values] ^= 1;
    let error = Checkpoint::<State>::from_bytes(&flipped).unwrap_err();
    assert!(matches!(error, CheckpointError::Changed), "{error}");
}

#[test]
fn a_checkpoint_of_before_digests_is_read() {
    let content = serde_json::to_string(&Metadata { tensors: Vec::new(), state: state() }).unwrap();
    let text = content.replacen('{', "{\"version\":1,", 1);
    let nothing: [(&str, TensorView<'_>); 0] = [];
    let metadata = HashMap::from([(KEY.to_owned(), text)]);
    let bytes = safetensors::serialize(nothing, Some(metadata)).unwrap();
    assert!(!carries_digest(&bytes).unwrap());
    assert_eq!(Checkpoint::<State>::from_bytes(&bytes).unwrap().state, state());
}

#[test]
fn other_files_and_other_forms_are_told_apart() {
    let view = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
    let weights = safetensors::serialize([("w", view)], None).unwrap();
    let error = Checkpoint::<State>::from_bytes(&weights).unwrap_err();
    assert!(matches!(error, CheckpointError::NoCheckpoint), "{error}");
    let bytes = checkpoint().to_bytes().unwrap();
    let place = bytes.windows(10).position(|text| text == b"version\\\":").unwrap() + 10;
    let mut other = bytes;
    other[place] = b'9';
    let error = Checkpoint::<State>::from_bytes(&other).unwrap_err();
    assert!(matches!(error, CheckpointError::Version { found: 9 }), "{error}");
}

#[test]
fn a_name_twice_is_refused() {
    let mut checkpoint = checkpoint();
    checkpoint.tensors.push(("a".to_owned(), vec![1.0]));
    let error = checkpoint.to_bytes().unwrap_err().to_string();
    assert!(error.contains("\"a\" is there twice"), "{error}");
}
