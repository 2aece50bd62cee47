//! The search for the orders with the best criterion.
//!
//! Hyndman and Khandakar (2008), "Automatic time series forecasting: the forecast package for R",
//! section 3.2: four models to begin with, then steps to better neighbours; or all orders. Not for
//! differences (`integration`).

use std::collections::HashMap;

use super::fit::{ArmaStarts, columns, estimate};
use super::likelihood::{Estimate, LikelihoodKind, Region, squares_for};
use super::order::{ArimaOrder, AutoArimaConfig};
use super::sample::ArmaSample;
use crate::baseline::Criteria;
use crate::baseline::diagnostics::is_constant;
use crate::stats::levenberg_marquardt::SquaresLimits;
use crate::stats::number;

/// Roots come no nearer to the unit circle than this, those of seasonal polynomials counted in
/// seasons. Where the likelihood has its maximum nearer, forecasts and criteria are not to be
/// trusted: Hyndman and Khandakar (2008, section 3.2) leave such models out, by the same distance for
/// all. The best coefficients at a distance forecast better, and seasons ask for a larger one: on
/// Tourism Monthly, M4 Weekly and NN5 together these did well.
const LEAST_ROOT: f64 = 1.01;
const LEAST_SEASONAL_ROOT: f64 = 1.08;

/// Where the search looks for roots.
pub(super) const REGION: Region = Region {
    ar: LEAST_ROOT,
    ma: LEAST_ROOT,
    seasonal_ar: LEAST_SEASONAL_ROOT,
    seasonal_ma: LEAST_SEASONAL_ROOT,
};

/// What a constant beside a moving average at the border has to be better by, where the paper leaves
/// every model at a border out. Such a moving average undoes a difference, or nearly cancels a root
/// beside it, and the forecast runs to a line or a level that seems certain. From four on the other
/// models have considerably less support (Burnham and Anderson 2002, section 2.6); a model that leads
/// by more forecasts better than those left over.
const CONSTANT_AT_BORDER: f64 = 4.0;

/// Criteria are compared to about a hundredth.
const SEARCH: SquaresLimits = SquaresLimits::new(40, 2e-5);

/// A model that was tried.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) order: ArimaOrder,
    pub(super) criterion: f64,
    pub(super) free: Vec<f64>,
    pub(super) log_likelihood: f64,
}

/// The search over one history.
pub(super) struct Search<'a> {
    config: &'a AutoArimaConfig,
    kind: LikelihoodKind,
    /// Differences, season, and whether there may be a constant; no terms.
    base: ArimaOrder,
    /// The differenced values and the constant's column.
    columns: Vec<Vec<f64>>,
    /// The same without the constant's column.
    without_constant: Vec<Vec<f64>>,
    /// Known values that differencing leaves; fewer than rows where gaps were filled.
    known: usize,
    tried: HashMap<ArimaOrder, Option<Candidate>>,
    /// The best criterion so far.
    least: f64,
}

impl<'a> Search<'a> {
    /// `base` has the differences and the season, and a constant where one is allowed; `values` are
    /// the sample's without gaps.
    pub(super) fn new(
        sample: &ArmaSample,
        values: &[f64],
        base: ArimaOrder,
        config: &'a AutoArimaConfig,
    ) -> Self {
        let columns_of = |constant| columns(sample, values, &base.with_constant(constant));
        let long = values.len() > config.exact_rows || base.season_length > config.longest_season;
        let mut search = Self {
            config,
            kind: LikelihoodKind::Compared,
            columns: if base.constant { columns_of(true) } else { Vec::new() },
            without_constant: columns_of(false),
            known: sample.known().saturating_sub(base.rows_lost()).max(1),
            base,
            tried: HashMap::new(),
            least: f64::INFINITY,
        };
        if long {
            // All orders are compared on the rows that the longest of them has errors for.
            let rows = search.without_constant[0].len();
            search.kind =
                LikelihoodKind::Conditional { from: search.most().longest_ar_lag().min(rows / 2) };
        }
        search
    }

    /// The models that were found suitable, best first.
    pub(super) fn run(mut self) -> Vec<Candidate> {
        if is_constant(&self.without_constant[0]) {
            self.criterion(self.base);
            self.criterion(self.base.with_constant(false));
        } else if self.config.full_search {
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
            let criterion = candidate.as_ref().map_or(f64::INFINITY, |found| found.criterion);
            self.least = self.least.min(criterion);
            self.tried.insert(order, candidate);
        }
        self.tried[&order].as_ref().map_or(f64::INFINITY, |candidate| candidate.criterion)
    }

    /// Starts from the best model tried that this one holds within itself.
    fn nested(&self, order: &ArimaOrder) -> Vec<Vec<f64>> {
        let tried = self
            .tried
            .iter()
            .filter(|(other, _)| other.terms() > 0 && other.terms() < order.terms());
        let within = tried.filter_map(|(other, candidate)| {
            let candidate = candidate.as_ref()?;
            Some((candidate.log_likelihood, widened(other, order, &candidate.free)?))
        });
        let best = within.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.len().cmp(&b.1.len())));
        best.map(|(_, free)| free).into_iter().collect()
    }

    fn candidate(&self, order: ArimaOrder) -> Option<Candidate> {
        let columns = if order.constant { &self.columns } else { &self.without_constant };
        let parameters = order.terms() + columns.len();
        let rows = columns[0].len();
        let counted = match self.kind {
            LikelihoodKind::Conditional { from } => {
                rows.saturating_sub(order.longest_ar_lag().max(from))
            }
            LikelihoodKind::Compared | LikelihoodKind::Exact => rows,
        };
        let known = known_among(self.known, counted, rows);
        // Without a value to spare the corrected criterion is infinite, and a drift fits anything.
        let drift = order.constant && order.differences() > 0;
        if known <= parameters + 1 && (order.terms() > 0 || drift) {
            return None;
        }
        let starts = (ArmaStarts::Few, self.nested(&order));
        let known = known.min(rows);
        let criterion = |log_likelihood: f64| {
            // Filled rows tell nothing: the known ones count with their share of the likelihood.
            let told = log_likelihood * number(known) / number(rows);
            let criteria = Criteria::new(told, parameters, known);
            if self.known <= 3 { criteria.aic } else { criteria.aicc }
        };
        // A likelihood below this makes no better model.
        let needed = 0.5 * (criterion(0.0) - self.least) * number(rows) / number(known);
        let patience = SquaresLimits { needed: squares_for(needed, counted, rows), ..SEARCH };
        let estimate = estimate(&order, columns, self.kind, &REGION, starts, patience)?;
        let Estimate { log_likelihood, free, .. } = estimate;
        let averages = &free[order.p + order.seasonal_p..];
        let at_border = averages.iter().any(|&free| REGION.is_at_border(free));
        let charge = if order.constant && at_border { CONSTANT_AT_BORDER } else { 0.0 };
        let criterion = criterion(log_likelihood) + charge;
        (!criterion.is_nan()).then_some(Candidate { order, criterion, free, log_likelihood })
    }
}

/// Known values among the `counted` of all `rows`, in proportion.
const fn known_among(known: usize, counted: usize, rows: usize) -> usize {
    if counted >= rows { known } else { known * counted / rows }
}

/// The free numbers of a nested model among those of a larger one.
fn widened(from: &ArimaOrder, to: &ArimaOrder, free: &[f64]) -> Option<Vec<f64>> {
    let blocks = [
        (from.p, to.p),
        (from.seasonal_p, to.seasonal_p),
        (from.q, to.q),
        (from.seasonal_q, to.seasonal_q),
    ];
    let mut wide = Vec::with_capacity(to.terms());
    let mut rest = free;
    for (has, wants) in blocks {
        let (block, after) = rest.split_at_checked(has)?;
        wide.extend_from_slice(block);
        wide.resize(wide.len() + wants.checked_sub(has)?, 0.0);
        rest = after;
    }
    Some(wide)
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
