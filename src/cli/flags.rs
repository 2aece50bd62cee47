//! Named flags of settings: those whose declaration has an `x-flag`. Name, help and what is taken come
//! from there; a flag is short for `--set`.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

use crate::project::Setting;
use crate::project::settings::{Changes, SetError, SettingInfo, SettingKind, settings};

/// Flags by their names of before, which go on to be understood.
const FORMER: [(&str, &str); 2] =
    [("initialization", "start"), ("learned-initial-state", "learned-start")];
/// The flag that is short for `--state-mode stateful`.
const STATEFUL: &str = "stateful";

/// The settings that flags were given for.
#[derive(Debug, Clone, Default)]
pub struct SettingFlags {
    /// What they set.
    pub changes: Changes,
}

fn flags() -> impl Iterator<Item = (&'static SettingInfo, &'static str)> {
    settings().filter_map(|setting| Some((setting, setting.flag.as_deref()?)))
}

fn arg(setting: &'static SettingInfo, flag: &'static str) -> Arg {
    let arg = Arg::new(setting.path.as_str()).long(flag).help(help(setting));
    let former = FORMER.iter().find(|(name, _)| *name == flag).map(|(_, former)| *former);
    let arg = match former {
        Some(former) => arg.alias(former),
        None => arg,
    };
    match &setting.kind {
        SettingKind::Switch => arg.action(ArgAction::SetTrue),
        SettingKind::Choice(choices) => {
            let value = |choice| PossibleValue::new(choice);
            let names = choices.iter().map(|choice| value(choice.name.as_str()));
            arg.value_name("NAME").value_parser(PossibleValuesParser::new(names))
        }
        kind => {
            let name = if matches!(kind, SettingKind::Whole(_)) { "N" } else { "X" };
            let value = |text: &str| match change(setting, text) {
                Ok(_) => Ok(text.to_owned()),
                Err(SetError::Kind { expected, .. }) => Err(format!("expected {expected}")),
                Err(other) => Err(other.to_string()),
            };
            arg.value_name(name).allow_negative_numbers(true).value_parser(value)
        }
    }
}

/// The first sentence of a setting's words, and its default where that is not plain.
fn help(setting: &SettingInfo) -> String {
    let summary = setting.summary();
    match (&setting.kind, &setting.default_words, &setting.default) {
        (SettingKind::Switch, _, Some(toml::Value::Boolean(true))) => {
            format!("Turn off that {}", summary.trim_start_matches("Whether "))
        }
        (SettingKind::Switch, ..) => {
            let what = summary.trim_start_matches("Whether ");
            let mut letters = what.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect())
                .unwrap_or_default()
        }
        (_, Some(words), _) => format!("{summary} [default: {words}]"),
        _ => summary,
    }
}

/// The help of a flag that a subcommand declares by itself: that of its setting, with the default and the
/// choices that clap adds to other flags.
pub(super) fn help_of(setting: Setting) -> String {
    let setting = setting.info();
    let mut text = help(setting);
    if let (None, Some(default)) =
        (&setting.default_words, setting.default.as_ref().and_then(toml::Value::as_str))
    {
        text.push_str(&format!(" [default: {default}]"));
    }
    let choices: Vec<&str> = setting.choices().iter().map(|choice| choice.name.as_str()).collect();
    if !choices.is_empty() {
        text.push_str(&format!(" [possible values: {}]", choices.join(", ")));
    }
    text
}

fn change(setting: &SettingInfo, value: &str) -> Result<Changes, SetError> {
    let mut changes = Changes::default();
    changes.set(&format!("{}={value}", setting.path))?;
    Ok(changes)
}

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        let stateful = Arg::new(STATEFUL)
            .long(STATEFUL)
            .action(ArgAction::SetTrue)
            .conflicts_with("train.state_mode")
            .help("The same as --state-mode stateful");
        flags()
            .fold(command, |command, (setting, flag)| command.arg(arg(setting, flag)))
            .arg(stateful)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut given = Self::default();
        given.update_from_arg_matches(matches)?;
        Ok(given)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        for (setting, _) in flags() {
            let value = match &setting.kind {
                SettingKind::Switch => {
                    let is_on = setting.default.as_ref().and_then(toml::Value::as_bool);
                    let other = !is_on.unwrap_or(false);
                    matches.get_flag(&setting.path).then(|| other.to_string())
                }
                _ => matches.get_one::<String>(&setting.path).cloned(),
            };
            if let Some(value) = value {
                let change = change(setting, &value);
                let change = change.map_err(|why| Error::raw(ErrorKind::ValueValidation, why))?;
                self.changes.add(change);
            }
        }
        if matches.get_flag(STATEFUL) {
            let stateful = self.changes.set("train.state_mode=stateful");
            stateful.map_err(|why| Error::raw(ErrorKind::ValueValidation, why))?;
        }
        Ok(())
    }
}
