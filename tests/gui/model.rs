//! The network's settings in the window: every cell and option, what they add up to, and training
//! on them.

use tidegate::nn::{Cell, Initialization};

use super::*;

/// Brings a setting that is folded out below into view.
fn reach(harness: &mut Harness<'static, Window>, role: Role, name: &str) {
    harness.get_by_role_and_label(role, name).scroll_to_me();
    // The panel glides there.
    harness.run_steps(20);
}

#[test]
fn the_network_is_shaped_in_the_window_and_trains() {
    let mut harness = window(Scripted::default());
    open_airline(&mut harness);
    // 4 * 32 * (1 + 32 + 2) of the LSTM and 12 * 33 of the head.
    harness.get_by_label("4876 weights");
    click(&mut harness, Role::ComboBox, "Cell");
    click(&mut harness, Role::Button, "RNN (tanh)");
    enter(&mut harness, "Hidden size", "8");
    click(&mut harness, Role::Link, "More settings");
    assert!(harness.query_by_label("Set forget bias").is_none(), "only LSTM has a forget gate");
    reach(&mut harness, Role::CheckBox, "Bidirectional");
    click(&mut harness, Role::CheckBox, "Bidirectional");
    reach(&mut harness, Role::ComboBox, "Initialisation");
    click(&mut harness, Role::ComboBox, "Initialisation");
    click(&mut harness, Role::Button, "Orthogonal");
    reach(&mut harness, Role::SpinButton, "Recurrent dropout");
    enter(&mut harness, "Recurrent dropout", "0.1");
    reach(&mut harness, Role::SpinButton, "Weight decay");
    enter(&mut harness, "Weight decay", "0.01");
    reach(&mut harness, Role::SpinButton, "Threads");
    enter(&mut harness, "Threads", "1");
    let recipe = &harness.state().state().document.recipe;
    assert_eq!(
        (recipe.model.cell, recipe.model.initialization),
        (Cell::RnnTanh, Initialization::Orthogonal)
    );
    assert!(recipe.model.bidirectional && recipe.model.recurrent_dropout == 0.1);
    assert_eq!((recipe.train.weight_decay, recipe.train.threads), (0.01, Some(1)));
    // 2 * 8 * (1 + 8 + 2) and 12 * 17.
    harness.get_by_label("380 weights");
    reach(&mut harness, Role::SpinButton, "Epochs");
    enter(&mut harness, "Epochs", "3");
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "the network", |state| state.scorecard().len() == 8);
    assert!(harness.query_all_by_label_contains("rnn-tanh").count() > 0);
}

#[test]
fn a_forget_bias_without_biases_is_marked_and_fixed() {
    let mut harness = window(Scripted::default());
    open_airline(&mut harness);
    click(&mut harness, Role::Link, "More settings");
    reach(&mut harness, Role::CheckBox, "Set forget bias");
    click(&mut harness, Role::CheckBox, "Set forget bias");
    reach(&mut harness, Role::SpinButton, "Forget bias");
    enter(&mut harness, "Forget bias", "2");
    assert_eq!(harness.state().state().document.recipe.model.forget_bias, Some(2.0));
    reach(&mut harness, Role::CheckBox, "Biases");
    click(&mut harness, Role::CheckBox, "Biases");
    assert!(harness.query_all_by_label_contains("a forget bias of 2 needs biases").count() > 0);
    reach(&mut harness, Role::Button, "Turn on");
    click(&mut harness, Role::Button, "Turn on");
    let state = harness.state().state();
    assert!(
        state.document.recipe.model.bias
            && state.document.open.as_ref().unwrap().derived.problems.is_empty()
    );
}
