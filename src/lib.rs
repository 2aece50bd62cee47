//! Tidegate: forecasts of time series by recurrent networks, beside honest baselines.
//!
//! Data flows one way; each module may use the modules to its left:
//!
//! `stats` → `series` → `import`, `transform` → `window` → `nn` → `train` → `baseline` → `forecast` →
//! `evaluate` → `report` → `project` → `app` → `gui`; `cli` runs the same engine without a window. All of
//! them may use `guard`, which turns panics into errors, and `cancellation`, which ends work early.
//!
//! From a file to the future, with every setting as the data suggest:
//!
//! ```
//! use tidegate::evaluate::ModelReport;
//! use tidegate::forecast::{Flow, ModelChoice};
//! use tidegate::import::Sample;
//! use tidegate::project::Recipe;
//!
//! // Or `import::read_file`, of a file of your own.
//! let reading = Sample::Airline.read()?;
//! let series = reading.target();
//! let recipe = Recipe::for_series(series);
//! let model: ModelChoice = "auto-ets".parse()?;
//! let forecaster = recipe.forecaster(model, series);
//! let task = recipe.task(series);
//! let known = reading.target_with_covariates();
//! let report = ModelReport::make(&*forecaster, &known, &task, &mut |_| Flow::Continue)?;
//!
//! assert!(report.metrics.is_some_and(|metrics| metrics.mase < Some(1.0)));
//! let (first_month, passengers) = report.future.points().next().unwrap();
//! assert_eq!(first_month, "1961-01");
//! assert!((400.0..500.0).contains(&passengers));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `examples/` has this with a network, a baseline of one's own, and training on candle tensors.

pub mod app;
pub mod baseline;
pub mod cancellation;
pub mod cli;
pub mod evaluate;
pub mod forecast;
pub mod guard;
#[cfg(feature = "gui")]
pub mod gui;
pub mod import;
pub mod nn;
pub mod project;
pub mod report;
pub mod series;
pub mod stats;
pub mod train;
pub mod transform;
pub mod window;
