//! Tests of how models look: told apart by every eye, on either ground, and from what is no model.

use super::*;
use crate::baseline::Baseline;
use crate::gui::theme;
use crate::nn::Cell;

/// Distance in `OKLab` (Ottosson 2020) that two colours keep for a colour-blind eye; about 0.02 can just
/// be told apart side by side.
const LEAST_APART: f32 = 0.07;
/// Distance that they keep for other eyes.
const LEAST_APART_IN_FULL_COLOR: f32 = 0.11;
/// Contrast of a line with the ground of a plot (WCAG 2.1 asks for 3 of what must be seen alone; a
/// line here has its name beside its swatch as well).
const LEAST_CONTRAST: f32 = 2.7;

type Linear = [f32; 3];

/// Dichromacy as Machado, Oliveira and Fernandes (2009) simulate it, on linear sRGB.
const PROTANOPIA: [Linear; 3] = [
    [0.152_286, 1.052_583, -0.204_868],
    [0.114_503, 0.786_281, 0.099_216],
    [-0.003_882, -0.048_116, 1.051_998],
];
const DEUTERANOPIA: [Linear; 3] = [
    [0.367_322, 0.860_646, -0.227_968],
    [0.280_085, 0.672_501, 0.047_413],
    [-0.011_820, 0.042_940, 0.968_881],
];

fn linear(color: Color32) -> Linear {
    let of = |channel: u8| {
        let share = f32::from(channel) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    [of(color.r()), of(color.g()), of(color.b())]
}

fn through(matrix: &[Linear; 3], color: Linear) -> Linear {
    matrix.map(|row| {
        let sum: f32 = row.iter().zip(color).map(|(weight, channel)| weight * channel).sum();
        sum.clamp(0.0, 1.0)
    })
}

fn oklab([r, g, b]: Linear) -> Linear {
    let l = (0.412_221_47 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

fn distance(a: Linear, b: Linear) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}

/// Distances of two colours: to a full eye, and the smaller of both colour-blind ones.
fn apart(a: Color32, b: Color32) -> (f32, f32) {
    let (a, b) = (linear(a), linear(b));
    let seen = |matrix| distance(oklab(through(matrix, a)), oklab(through(matrix, b)));
    (distance(oklab(a), oklab(b)), seen(&PROTANOPIA).min(seen(&DEUTERANOPIA)))
}

fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |color| {
        let [r, g, b] = linear(color);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn chroma(color: Color32) -> f32 {
    let [_, a, b] = oklab(linear(color));
    a.hypot(b)
}

fn every_model() -> Vec<ModelChoice> {
    let cells = Cell::ALL;
    let networks = cells.into_iter().map(ModelChoice::Network);
    Baseline::all().map(ModelChoice::Baseline).chain(networks).collect()
}

/// Both themes: whether it is dark, the ground of a plot, and the colours of the theme.
fn themes() -> [(bool, Color32, &'static theme::Palette); 2] {
    let visuals = [theme::light_visuals(), theme::dark_visuals()];
    visuals.map(|visuals| (visuals.dark_mode, visuals.extreme_bg_color, theme::palette(&visuals)))
}

#[test]
fn any_eight_models_are_told_apart_by_a_colour_blind_eye() {
    for (dark, _, palette) in themes() {
        let looks: Vec<(ModelChoice, ModelLook)> =
            every_model().into_iter().map(|model| (model, model_look(model, 0, dark))).collect();
        for (place, (a, look)) in looks.iter().enumerate() {
            for (b, other) in &looks[..place] {
                let (full, blind) = apart(look.color, other.color);
                let is_apart = full >= LEAST_APART_IN_FULL_COLOR && blind >= LEAST_APART;
                assert!(
                    is_apart || look.marker != other.marker,
                    "{a} and {b}, dark {dark}: {full} and {blind}"
                );
            }
            let (full, blind) = apart(look.color, palette.data);
            assert!(
                full >= LEAST_APART_IN_FULL_COLOR && blind >= LEAST_APART,
                "{a} and the data, dark {dark}: {full} and {blind}"
            );
        }
    }
}

#[test]
fn those_that_run_where_nothing_is_said_need_no_marker() {
    let models = Baseline::unasked().map(ModelChoice::Baseline);
    let models = models.chain([ModelChoice::Network(Cell::Lstm), ModelChoice::Network(Cell::Gru)]);
    for model in models {
        assert_eq!(model_look(model, 0, false).marker, None, "{model}");
    }
}

#[test]
fn further_runs_of_a_model_keep_its_colour_and_have_a_marker_of_their_own() {
    let lstm = ModelChoice::Network(Cell::Lstm);
    let looks: Vec<ModelLook> = (0..5).map(|number| model_look(lstm, number, false)).collect();
    for (place, look) in looks.iter().enumerate() {
        assert_eq!(look.color, looks[0].color);
        assert!(looks[..place].iter().all(|other| other.marker != look.marker));
    }
    assert!(shares_look(lstm, lstm) && !shares_look(lstm, ModelChoice::Network(Cell::RnnTanh)));
}

#[test]
fn every_line_is_seen_on_its_ground() {
    for (dark, ground, _) in themes() {
        for model in every_model() {
            let contrast = contrast(model_look(model, 0, dark).color, ground);
            assert!(contrast >= LEAST_CONTRAST, "{model}, dark {dark}: {contrast}");
        }
    }
}

#[test]
fn what_is_shaded_has_no_colour_and_everything_else_has() {
    for (dark, ground, palette) in themes() {
        for tint in [palette.holdout, palette.future] {
            assert!(chroma(tint) < 0.005, "dark {dark}: {tint:?}");
            let shaded = ground.blend(tint);
            assert!(apart(shaded, ground).0 > 0.015, "dark {dark}: it can be seen");
            assert!(contrast(shaded, ground) < 1.6, "dark {dark}: it stays behind the lines");
        }
        assert!(chroma(palette.accent) > 0.05);
        for model in every_model() {
            assert!(chroma(model_look(model, 0, dark).color) > 0.05, "{model}, dark {dark}");
        }
    }
}
