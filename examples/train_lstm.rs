//! Trains an LSTM on candle tensors: the fused recurrent layer of this library, with the head, the loss
//! and the optimiser written out. `cargo run --example train_lstm`

#![allow(clippy::print_stdout, reason = "an example prints its results")]

use candle_core::{DType, Device, Result, Tensor, Var};
use tidegate::nn::{Cell, Dropout, ModelConfig, RecurrentStack};

const STEPS: usize = 20;
const WINDOWS: usize = 64;
const HIDDEN: usize = 16;
const LEARNING_RATE: f64 = 0.2;

/// Stretches of a sine, `[batch, steps, features]`, and the value after each, `[batch, 1]`.
fn windows() -> Result<(Tensor, Tensor)> {
    let rows: Vec<f32> = (0_u16..).map(f32::from).take(WINDOWS + STEPS).collect();
    let sine = (Tensor::new(rows, &Device::Cpu)? * 0.4)?.sin()?;
    let inputs: Vec<_> =
        (0..WINDOWS).map(|row| sine.narrow(0, row, STEPS)).collect::<Result<_>>()?;
    Ok((Tensor::stack(&inputs, 0)?.unsqueeze(2)?, sine.narrow(0, STEPS, WINDOWS)?.unsqueeze(1)?))
}

fn main() -> Result<()> {
    let (inputs, targets) = windows()?;
    let config = ModelConfig { cell: Cell::Lstm, hidden_size: HIDDEN, ..Default::default() };
    let recurrent = RecurrentStack::from_seed(&config, 1, 1)?;
    let weight = Var::zeros((HIDDEN, 1), DType::F32, &Device::Cpu)?;
    let bias = Var::zeros((1, 1), DType::F32, &Device::Cpu)?;
    let parameters: Vec<&Var> = recurrent.parameters().chain([&weight, &bias]).collect();

    // A share of 0 drops nothing; with a dropout, the layers keep what `backward` needs.
    let mut dropout = Dropout::new(0.0, 1);
    for epoch in 0..=300 {
        let state = recurrent.last(&inputs, Some(&mut dropout))?; // [batch, hidden]
        let forecast = state.matmul(&weight)?.broadcast_add(&bias)?;
        let loss = (forecast - &targets)?.sqr()?.mean_all()?;
        // The fused layer has a gradient of its own; candle's `backward` goes through it like any other.
        let gradients = loss.backward()?;
        for parameter in &parameters {
            if let Some(gradient) = gradients.get(parameter) {
                parameter.set(&(parameter.as_tensor() - (gradient * LEARNING_RATE)?)?)?;
            }
        }
        if epoch % 50 == 0 {
            println!("epoch {epoch:>3}: mean squared error {:.5}", loss.to_scalar::<f32>()?);
        }
    }
    Ok(())
}
