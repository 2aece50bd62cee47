//! What each setting is called and what its tooltip says: what it does, when to raise or lower it,
//! and its name in PyTorch and Keras.

use super::setting::Words;

macro_rules! words {
    ($($constant:ident: $name:literal, $tooltip:literal;)*) => {
        $(
            #[doc = $name]
            pub const $constant: Words = Words { name: $name, tooltip: $tooltip };
        )*
    };
}

words! {
    TARGET: "Target",
        "The column to forecast.";
    LAYOUT: "Layout",
        "How the file lays out its series. Wide columns: a time column, and a series a column. Long panel: series one under another, told apart by id columns. Wide rows: a series a row.";
    SHEET: "Sheet",
        "Which sheet of the workbook is read. Another sheet has other columns, so roles set by hand are let go.";
    DELIMITER: "Delimiter",
        "What stands between two fields. Another one makes other columns, so roles set by hand are let go. sep in pandas.read_csv.";
    DECIMAL: "Decimal sign",
        "The sign between whole and fraction: 1.5 or 1,5. The other one then groups thousands. decimal in pandas.read_csv.";
    HEADER: "Header",
        "Whether the first row of the table names the columns. Without one they are called column 1, column 2 and so on. header in pandas.read_csv.";
    DATE_ORDER: "Date order",
        "Which of two small numbers before a year is the day: 3/4/2024 is 3 April day first, 4 March month first. Set it where the dates themselves cannot tell. dayfirst in pandas.read_csv.";
    TIME: "Time column",
        "The column that holds the dates or positions of the rows. index_col with parse_dates in pandas.read_csv.";
    MISSING: "Missing values",
        "What stands in for a missing value where a network needs an input; a missing value is never learned as a target, nor scored, and what fills a gap never looks past the origin of a forecast. Auto: a line over a short gap, the season before over one of up to a season, nothing over a longer one. Leave: windows with a gap are left out. Drop series: those with any gap. fillna and interpolate in pandas.";
    OUTLIERS: "Outliers",
        "Values far from what the series does beside them and a season away. Keep: they are marked and nothing is changed. Mask: they count as missing, so that none is learned as a target or scored, and an input stands in for each. Try it where a few typing errors bend the forecast; leave it where peaks are what you forecast.";
    WORKING_TIMES: "Working times",
        "Learned: hours, weekdays and holidays on which no row ever stands are closed, so they are no gaps and dates to come skip them. All open: every step of the calendar is a row, and one without a value is a gap.";
    UNEVEN_TIMES: "Uneven times",
        "What rows become whose times keep no even step. Gathered: rows of one step become one, named by the start of the step. Numbered: each row is a step of no fixed length. resample in pandas.";
    STEP: "Step",
        "The step that rows of uneven times are gathered into; as found it is the shortest natural one of which most hold a row. Raise it where most steps stay empty. rule of resample in pandas.";
    GATHER: "Values of a step",
        "How several values of one step become one, in every column: mean for temperatures and rates, sum for sales and counts, last for prices and balances. Single columns are set in the header of the table. mean, sum and last after resample in pandas.";
    SEASON: "Season length",
        "Rows in one season. Seasonal naive repeats it and MASE is scaled by it. 12 for months with a yearly pattern, 7 for days with a weekly one, 1 for none.";
    LOOKBACK: "Lookback",
        "How many past rows the network sees to make one forecast. Raise it to show longer patterns (two seasons are a good start); lower it where rows are few. Input sequence length in PyTorch, timesteps in Keras.";
    HORIZON: "Horizon",
        "How many rows ahead are forecast, all at once. Models are scored on as many held-out rows.";
    VALIDATION: "Validation rows",
        "Rows before the test part that choose the best epoch and are never trained on. Raise it for a steadier choice, lower it to learn from more rows; 0 for none. validation_split in Keras.";
    TEST: "Test rows",
        "Rows at the end that nothing is trained on or chosen by. Models are scored on the last horizon of them.";
    POWER: "Power",
        "Bends values before anything else, so that swings that grow with the level keep one size. Log1p: ln(1 + x), for counts with zeros. Guerrero and Likelihood: Box-Cox for values above 0, the exponent chosen so that a season's spread no longer follows its level, or so that values look most normal. Forecasts come back as medians. FunctionTransformer(log1p) and PowerTransformer in scikit-learn, BoxCox in statsmodels.";
    SHIFT: "Shift",
        "Added to values before the power, in the series' own units, to bring them into its domain: above -1 for log1p, above 0 for Box-Cox. 0 for none.";
    SEASONAL_ADJUSTMENT: "STL adjustment",
        "Subtracts the season that STL finds in the training part, and adds its last season back to the forecast. For a steady season and a series too short for a network to learn it. STL in statsmodels.";
    SEASONAL_DIFFERENCE: "Seasonal difference",
        "Each value becomes its difference from the one a season before; the forecast is added up again. For a season that drifts. It costs a season of training rows. diff(x, season) in statsmodels, the D of SARIMA.";
    DIFFERENCE: "First difference",
        "Each value becomes its difference from the one before; the forecast is added up again. For a series that wanders; turn Subtract last value off with it. diff(x) in statsmodels and pandas, the d of ARIMA.";
    SCALING: "Scaling",
        "Brings values to the network's scale. Standard: mean 0, deviation 1. Min-max: 0 to 1. Robust: median 0, quartiles 1 apart, for series with outliers. Fitted on the training part only, so nothing of the future leaks in. StandardScaler, MinMaxScaler and RobustScaler in scikit-learn.";
    SUBTRACT_LAST: "Subtract last value",
        "Each window is moved so that its last input is 0, and the forecast is moved back. It lets a network follow a trend to levels it has never seen. Turn it off where the level itself decides what comes next.";
    CALENDAR: "Calendar",
        "Tells the network each row's place in the year, the week and the day as sine and cosine, those of the rows to forecast too. Only cycles longer than the step that the training part holds twice. Try it where the calendar decides more than the last rows do. CalendarFourier in statsmodels, cyclical features in scikit-learn.";
    FOURIER_PAIRS: "Fourier pairs",
        "Sines and cosines of a season that the network is told of each row, those of the rows to forecast too. More pairs make a sharper shape; 0 for none. For a season longer than the lookback, or several. Fourier(order) in statsmodels.";
    FOURIER_PERIOD: "Fourier period",
        "Rows in the season of these pairs; it need not be whole: 365.25 for days. Fourier(period) in statsmodels.";
    CELL: "Cell",
        "LSTM keeps a separate memory behind three gates; GRU does with two gates and a quarter fewer weights. Try both. GRU (Cho) is the form of the first paper; a plain RNN has no gates and a short memory. nn.LSTM, nn.GRU and nn.RNN in PyTorch; LSTM, GRU(reset_after) and SimpleRNN in Keras.";
    LAYERS: "Layers",
        "Recurrent layers stacked on each other. One is enough for most single series. num_layers in PyTorch.";
    HIDDEN_SIZE: "Hidden size",
        "Units in each layer: the memory the network has. Raise it where training error stays high; lower it where validation error rises while training error falls. hidden_size in PyTorch, units in Keras.";
    BIDIRECTIONAL: "Bidirectional",
        "A second set of units reads each window from its end; what both found is joined. It doubles the work and rarely helps a forecast, whose newest rows matter most. bidirectional in PyTorch, Bidirectional in Keras.";
    DROPOUT: "Dropout",
        "Share of values zeroed at random between layers and before the forecast while training, against overfitting. 0 to 0.5. dropout in PyTorch and Keras.";
    RECURRENT_DROPOUT: "Recurrent dropout",
        "Share of the state hidden from each step while training, the same units over a whole window (Gal and Ghahramani 2016), so that memory itself does not overfit. 0 to 0.5. recurrent_dropout in Keras; PyTorch has none.";
    START: "Starting weights",
        "Where weights begin. Uniform: within 1 / sqrt(hidden size), PyTorch's rule. Glorot: by inputs and outputs, glorot_uniform in Keras. Orthogonal: recurrent weights that neither grow nor shrink a state, Keras' rule; try it with long lookbacks.";
    BIAS: "Biases",
        "Whether recurrent layers have biases. Leave it on; off makes a network that answers zero with zero. bias in PyTorch, use_bias in Keras.";
    LEARNED_START: "Learned start state",
        "Whether the state that every window begins with is learned like a weight, instead of zero. Try it with short lookbacks, where the first steps count. In PyTorch, an nn.Parameter as h0; Keras has none.";
    SET_FORGET_BIAS: "Set forget bias",
        "Begin with the forget gate at a bias of your own, instead of as the starting weights say. unit_forget_bias in Keras begins it at 1.";
    FORGET_BIAS: "Forget bias",
        "Where the forget gate's bias begins. 1 lets an LSTM remember from the start (Jozefowicz et al. 2015); raise it for longer memories. In PyTorch, set the second quarter of bias_ih_l0.";
    LOSS: "Loss",
        "What training makes small. MSE counts large misses most; MAE is less sensitive to outliers; Huber is MSE for small misses and MAE for large ones; sMAPE counts misses as shares of the values; pinball asks for a quantile instead of the middle. nn.MSELoss, nn.L1Loss and nn.HuberLoss in PyTorch; mse, mae and huber in Keras.";
    HUBER_DELTA: "Huber delta",
        "Where the loss turns from squares to a straight line, in deviations of the scaled series. Lower it where outliers still pull the forecast; raise it to come nearer to MSE. delta in PyTorch and Keras.";
    PINBALL_LEVEL: "Pinball level",
        "The quantile that is forecast: 0.5 is the median, 0.9 a value that nine in ten stay below. Raise it where too little costs more than too much. q of mean_pinball_loss in scikit-learn; PyTorch and Keras have none.";
    EPOCHS: "Epochs",
        "Most passes over the training windows. Training ends sooner where the validation error stops falling. Lowering this below Patience lowers Patience too. epochs in Keras.";
    WAY: "State",
        "What the network remembers at the start of each batch. Stateless: nothing; windows are shuffled and each starts afresh. Stateful: what it saw before; the series is cut into lanes, each row of the batch follows one of them chunk by chunk, and the state is carried on until a lane ends. Try it where the next value hangs on something longer ago than a window. stateful=True in Keras.";
    CHUNK: "Chunk",
        "Rows that gradients flow back over; the state is carried on past them. Raise it to learn from longer ago; lower it for more updates an epoch. Truncation length of backpropagation through time, timesteps of a stateful layer in Keras.";
    LANE_ROWS: "Lane",
        "Rows that a state is carried on over before it is reset; auto for as many lanes as the batch has rows, of four chunks at least. Longer lanes remember longer; shorter ones fill a larger batch.";
    SUPERVISE: "Forecasts at",
        "Which rows of a window or chunk are asked for a forecast while the network learns. Last row: as it will be used. Every row: each forecasts what follows it. Auto: the last of a window, for the next windows end at the other rows; every one of a chunk, whose last row alone teaches little. return_sequences in Keras.";
    BATCH_SIZE: "Batch size",
        "Windows in one step. Smaller steps are noisier and often generalise better; larger ones are faster. batch_size in PyTorch and Keras.";
    LEARNING_RATE: "Learning rate",
        "Size of the optimiser's steps. Lower it where the loss jumps about or becomes NaN; raise it where the loss creeps. Find a learning rate, in the Training menu, tries them all. lr in PyTorch, learning_rate in Keras.";
    ENSEMBLE: "Networks",
        "Networks that differ in their seed alone; the forecast is their median, which is steadier than any of them. Raise it (3 or 5) where runs of other seeds differ much; each costs a training. Averaged models trained in a loop, in PyTorch and Keras.";
    OPTIMIZER: "Optimiser",
        "How weights follow their gradients. AdamW suits nearly everything; Adam differs by its weight decay; SGD with momentum needs a rate of its own, often ten times higher; RMSprop is Adam without momentum. torch.optim in PyTorch, keras.optimizers in Keras.";
    MOMENTUM: "Momentum",
        "Share of each step that is taken over from the one before. Raise it towards 0.99 to smooth noisy steps, lower it where the loss swings. momentum in PyTorch and Keras.";
    WEIGHT_DECAY: "Weight decay",
        "Share of the weights, times the learning rate, that each step takes away. Raise it (0.01) where validation error rises while training error falls; 0 for none. weight_decay in PyTorch and Keras.";
    SCHEDULE: "Schedule",
        "How the learning rate moves. Constant: it stays. Step: it falls every so many epochs. Cosine: it glides to zero, after a rise. One cycle: up, then down to nearly nothing. Plateau: it falls where validation error stops falling. Try plateau or cosine where the loss jumps about at the end. StepLR, CosineAnnealingLR, OneCycleLR and ReduceLROnPlateau in PyTorch; LearningRateSchedule in Keras.";
    WARM_UP: "Warm-up epochs",
        "Epochs in which the rate first rises in a straight line. Raise it where the first epochs throw the loss about; 0 for none. LinearLR in PyTorch, warmup_steps of CosineDecay in Keras.";
    STEP_EPOCHS: "Step epochs",
        "Epochs between two falls of the rate. Lower it for runs of few epochs. step_size of StepLR in PyTorch, decay_steps of ExponentialDecay in Keras.";
    PLATEAU_EPOCHS: "Plateau epochs",
        "Epochs without a better validation error before the rate falls. Keep it below the patience, or training ends first. patience of ReduceLROnPlateau in PyTorch and Keras.";
    STEP_FACTOR: "Fall to",
        "What the rate is multiplied by at a fall: 0.5 halves it. Raise it for gentler falls. gamma of StepLR and factor of ReduceLROnPlateau in PyTorch and Keras.";
    CLIP_BY: "Clip by",
        "Norm shortens the gradient of all weights together and keeps its direction; Value cuts each of its values by itself. Norm, unless single weights run away. clip_grad_norm_ and clip_grad_value_ in PyTorch; global_clipnorm and clipvalue in Keras.";
    GRADIENT_CLIP: "Gradient clip",
        "Gradients beyond this are cut back to it, so that one odd batch cannot throw the weights off. Lower it (0.5, 0.1) where the loss leaps or becomes NaN; 0 for none. max_norm of clip_grad_norm_ in PyTorch, global_clipnorm in Keras.";
    INPUT_NOISE: "Input noise",
        "Deviation of random noise added to inputs while training, in deviations of the scaled series (Bishop 1995). Try 0.05 where a network overfits a short series; 0 for none. GaussianNoise in Keras; in PyTorch, add torch.randn_like.";
    PATIENCE: "Patience",
        "Epochs without a better validation error after which training ends. The best weights are kept. Raise it where the error falls in fits and starts. EarlyStopping(patience) in Keras and PyTorch Lightning.";
    MINIMUM_IMPROVEMENT: "Least improvement",
        "Share by which an epoch must be better than the best to count for the patience. Raise it (0.001) to end runs that only creep; the best weights are kept without regard to it. min_delta of EarlyStopping in Keras and PyTorch Lightning, there not a share.";
    REFIT: "Refit on all data",
        "Train once more on all rows, for as many epochs as were best, before forecasting the future, so that the newest rows are learned too. Scores come from before and know nothing of it. Turn it off for half the time. refit in scikit-learn.";
    THREADS: "Threads",
        "Processor cores to train with; 0 for all of them. Fewer leave the machine free for other work. The forecast is the same to the last bit. torch.set_num_threads in PyTorch.";
    LEVELS: "Interval levels",
        "Shares of futures, in percent, that the prediction intervals of baselines should hold: 80, 95. level in statsforecast and R's forecast.";
    SEED: "Seed",
        "Starts every random choice: weights, order of windows, dropout, noise. The same file, settings and seed give the same forecast to the last bit. torch.manual_seed in PyTorch.";
}
