//! The reference of the command line, for `docs/commands.md`: every command with its usage, its flags and
//! their defaults.

use clap::{Arg, Command};

/// The heading of the reference; all of the page that comes after it is written here.
const HEAD: &str = "## Reference

Every command with its arguments and flags. `UPDATE_COMMANDS_PAGE=1 cargo test --lib commands` writes this part.
";

/// The reference of a program as Markdown, from its heading on.
pub fn command_reference(mut program: Command) -> String {
    program.build();
    let mut text = HEAD.to_owned();
    add_command(&program, &mut text);
    text
}

fn add_command(command: &Command, text: &mut String) {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").lines().map(str::trim).collect::<Vec<_>>();
    let name = command.get_bin_name().unwrap_or(command.get_name());
    let about = command.get_long_about().or(command.get_about());
    let about = about.map(|about| format!("{about}\n\n")).unwrap_or_default();
    text.push_str(&format!("\n### `{name}`\n\n{about}```text\n{}\n```\n", usage.join("\n")));
    let shown =
        |arg: &&Arg| !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version");
    let args: Vec<&Arg> = command.get_arguments().filter(shown).collect();
    let mut headings: Vec<Option<&str>> = Vec::new();
    for heading in args.iter().map(|arg| arg.get_help_heading()) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    // As in the help, what stands under no heading comes first.
    headings.sort_by_key(Option::is_some);
    for heading in headings {
        if let Some(heading) = heading {
            text.push_str(&format!("\n{heading}:\n"));
        }
        text.push_str("\n| argument | meaning |\n|---|---|\n");
        for arg in args.iter().filter(|arg| arg.get_help_heading() == heading) {
            add_arg(arg, text);
        }
    }
    let subcommands = command.get_subcommands().filter(|command| !command.is_hide_set());
    for subcommand in subcommands.filter(|command| command.get_name() != "help") {
        add_command(subcommand, text);
    }
}

/// One row of a table.
fn add_arg(arg: &Arg, text: &mut String) {
    let takes_values = arg.get_action().takes_values();
    let mut meaning = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let mut add_list = |what: &str, values: Vec<String>| {
        if takes_values && !values.is_empty() {
            meaning.push_str(&format!(" [{what}: {}]", values.join(", ")));
        }
    };
    let defaults = arg.get_default_values().iter();
    add_list("default", defaults.map(|value| value.to_string_lossy().into_owned()).collect());
    let choices = arg.get_possible_values().into_iter();
    add_list("possible values", choices.map(|value| value.get_name().to_owned()).collect());
    let values = arg.get_value_names().unwrap_or_default().iter();
    let values: Vec<String> = values.map(|name| format!("<{name}>")).collect();
    let name = match arg.get_long() {
        Some(long) if takes_values => format!("--{long} {}", values.join(" ")),
        Some(long) => format!("--{long}"),
        None => values.join(" "),
    };
    let meaning = meaning.replace('|', "\\|").replace('\n', " ");
    text.push_str(&format!("| `{name}` | {meaning} |\n"));
}

// The words for the window differ in a build without one.
#[cfg(all(test, feature = "gui"))]
mod tests {
    use clap::CommandFactory;

    use super::super::Cli;
    use super::*;

    #[test]
    fn the_page_of_commands_in_the_docs_is_that_of_the_program() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/commands.md");
        let page = std::fs::read_to_string(path).unwrap();
        let (before, _) = page.split_once("## Reference\n").unwrap();
        let expected = format!("{before}{}", command_reference(Cli::command()));
        if std::env::var_os("UPDATE_COMMANDS_PAGE").is_some() {
            std::fs::write(path, &expected).unwrap();
        }
        assert!(
            std::fs::read_to_string(path).unwrap() == expected,
            "docs/commands.md is not that of the program: \
             UPDATE_COMMANDS_PAGE=1 cargo test --lib commands"
        );
    }
}
