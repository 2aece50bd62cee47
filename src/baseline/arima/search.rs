//! The search for the orders with the best criterion.
//!
//! Hyndman and Khandakar (2008), "Automatic time series forecasting: the forecast package for R",
//! section 3.2: four models to begin with, then steps to better neighbours; or all orders. Not for
//! differences (`integration`).

use std::collections::HashMap;

use super::config::AutoArimaConfig;
use super::fit::{columns, estimate};
use super::least_squares::Patience;
use super::likelihood::{Coefficients, Estimate, Kind};
use super::order::ArimaOrder;
use super::sample::Sample;
use crate::baseline::Criteria;

/// A model whose roots come nearer to the unit circle than this is left out: its forecasts and
/// likelihood are not to be trusted (Hyndman and Khandakar 2008, section 3.2).
const LEAST_ROOT: f64 = 1.01;
/// Criteria are compared to a few thousandths.
const SEARCH: Patience = Patience { steps: 40, gain: 1e-7 };

/// A model that was tried.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) order: ArimaOrder,
    pub(super) criterion: f64,
    pub(super) free: Vec<f64>,
}

/// The search over one history.
pub(super) struct Search<'a> {
    config: &'a AutoArimaConfig,
    kind: Kind,
    /// Differences, season, and whether there may be a constant; no terms.
    base: ArimaOrder,
    /// The differenced values, the constant's column, the differenced regressors.
    columns: Vec<Vec<f64>>,
    /// The same without the constant's column.
    without_constant: Vec<Vec<f64>>,
    tried: HashMap<ArimaOrder, Option<Candidate>>,
}

impl<'a> Search<'a> {
    /// `base` has the differences and the season, and a constant where one is allowed; `values` are
    /// the sample's without gaps.
    pub(super) fn new(
        sample: &Sample,
        values: &[f64],
        base: ArimaOrder,
        config: &'a AutoArimaConfig,
    ) -> Self {
        let columns_of = |constant| columns(sample, values, &base.with_constant(constant));
        let kind = if values.len() > config.exact_rows { Kind::Conditional } else { Kind::Exact };
        Self {
            config,
            kind,
            columns: if base.constant { columns_of(true) } else { Vec::new() },
            without_constant: columns_of(false),
            base,
            tried: HashMap::new(),
        }
    }

    /// The models that were found suitable, best first.
    pub(super) fn run(mut self) -> Vec<Candidate> {
        if self.config.full_search {
            self.all();
        } else {
            self.stepwise();
        }
        let mut found: Vec<Candidate> = self.tried.into_values().flatten().collect();
        let terms = |candidate: &Candidate| candidate.order.terms();
        found.sort_by(|a, b| {
            let order = |order: &ArimaOrder| {
                (order.p, order.q, order.seasonal_p, order.seasonal_q, order.constant)
            };
            let criteria = a.criterion.total_cmp(&b.criterion);
            criteria.then(terms(a).cmp(&terms(b))).then(order(&a.order).cmp(&order(&b.order)))
        });
        found
    }

    /// Largest orders: what the settings say, as far as a third of the rows and the season go.
    fn most(&self) -> ArimaOrder {
        let rows = self.without_constant[0].len() + self.base.rows_lost();
        let season = self.base.season_length;
        let terms = |most: usize| {
            let within = if season > 1 { most.min(season - 1) } else { most };
            within.min(rows / 3)
        };
        let seasonal = |most: usize| if season > 1 { most.min(rows / 3 / season) } else { 0 };
        ArimaOrder {
            p: terms(self.config.max_p),
            q: terms(self.config.max_q),
            seasonal_p: seasonal(self.config.max_seasonal_p),
            seasonal_q: seasonal(self.config.max_seasonal_q),
            ..self.base
        }
    }

    fn all(&mut self) {
        let most = self.most();
        for p in 0..=most.p {
            for q in 0..=most.q {
                for seasonal_p in 0..=most.seasonal_p {
                    for seasonal_q in 0..=most.seasonal_q {
                        let order = ArimaOrder { p, q, seasonal_p, seasonal_q, ..self.base };
                        if order.terms() <= self.config.max_terms {
                            self.criterion(order);
                            self.criterion(order.with_constant(false));
                        }
                    }
                }
            }
        }
    }

    fn stepwise(&mut self) {
        let most = self.most();
        let mut best: Option<(f64, ArimaOrder)> = None;
        for order in self.first_models(&most) {
            let criterion = self.criterion(order);
            if best.is_none_or(|(least, _)| criterion < least) {
                best = Some((criterion, order));
            }
        }
        while let Some((least, order)) = best {
            if self.tried.len() >= self.config.max_models {
                return;
            }
            let better = neighbours(&order, &most, self.base.constant).find_map(|neighbour| {
                let new = !self.tried.contains_key(&neighbour);
                let allowed = new && self.tried.len() < self.config.max_models;
                let criterion = if allowed { self.criterion(neighbour) } else { f64::INFINITY };
                (criterion < least).then_some((criterion, neighbour))
            });
            if better.is_none() {
                return;
            }
            best = better;
        }
    }

    /// The four models of the paper, and the one without a constant.
    fn first_models(&self, most: &ArimaOrder) -> Vec<ArimaOrder> {
        let long = self.without_constant[0].len() + self.base.rows_lost() >= 10;
        let with = |p: usize, q: usize, seasonal_p: usize, seasonal_q: usize| ArimaOrder {
            p: p.min(most.p),
            q: q.min(most.q),
            seasonal_p: seasonal_p.min(most.seasonal_p),
            seasonal_q: seasonal_q.min(most.seasonal_q),
            ..self.base
        };
        let (start, seasonal) = if long { (2, 1) } else { (1, 0) };
        let mut models = vec![
            with(start, start, seasonal, seasonal),
            with(0, 0, 0, 0),
            with(1, 0, 1, 0),
            with(0, 1, 0, 1),
            with(0, 0, 0, 0).with_constant(false),
        ];
        models.dedup();
        models
    }

    /// The criterion of an order, infinite where it is unsuitable; kept for the next time.
    fn criterion(&mut self, order: ArimaOrder) -> f64 {
        if !self.tried.contains_key(&order) {
            let candidate = self.candidate(order);
            self.tried.insert(order, candidate);
        }
        self.tried[&order].as_ref().map_or(f64::INFINITY, |candidate| candidate.criterion)
    }

    fn candidate(&self, order: ArimaOrder) -> Option<Candidate> {
        let columns = if order.constant { &self.columns } else { &self.without_constant };
        let parameters = order.terms() + columns.len();
        // Without a row to spare the corrected criterion is infinite.
        if columns[0].len() <= parameters + 1 && order.terms() > 0 {
            return None;
        }
        let estimate = estimate(&order, columns, self.kind, None, SEARCH)?;
        let Estimate { log_likelihood, rows, free, .. } = estimate;
        let criteria = Criteria::new(log_likelihood, parameters, rows);
        let criterion = if rows <= 3 { criteria.aic } else { criteria.aicc };
        let coefficients = Coefficients::from_free(&order, &free);
        let suitable = coefficients.roots_beyond(LEAST_ROOT, order.season_length);
        (suitable && !criterion.is_nan()).then_some(Candidate { order, criterion, free })
    }
}

/// Orders one step away, the seasonal ones first, in the order that R's `auto.arima` tries them.
fn neighbours(
    at: &ArimaOrder,
    most: &ArimaOrder,
    constant: bool,
) -> impl Iterator<Item = ArimaOrder> {
    const STEPS: [(isize, isize); 8] =
        [(-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)];
    let (at, most) = (*at, *most);
    let moved =
        |from: usize, by: isize, most: usize| from.checked_add_signed(by).filter(|to| *to <= most);
    let seasonal = STEPS.into_iter().filter_map(move |(p, q)| {
        Some(ArimaOrder {
            seasonal_p: moved(at.seasonal_p, p, most.seasonal_p)?,
            seasonal_q: moved(at.seasonal_q, q, most.seasonal_q)?,
            ..at
        })
    });
    let regular = STEPS.into_iter().filter_map(move |(p, q)| {
        Some(ArimaOrder { p: moved(at.p, p, most.p)?, q: moved(at.q, q, most.q)?, ..at })
    });
    let other = constant.then_some(at.with_constant(!at.constant));
    seasonal.chain(regular).chain(other)
}
