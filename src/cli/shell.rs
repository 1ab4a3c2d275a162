//! `fireplan completions` and `fireplan man`: what shells complete and what `man fireplan` shows, made from the commands themselves.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Command};
use clap_complete::Shell;
use fireplan_model::message::{Language, making_folder, writing};

use crate::arguments::{Cli, RunArgs};
use crate::{help, output};

#[derive(Args)]
pub(crate) struct CompletionArgs {
    /// 哪种 shell | The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

#[derive(Args)]
pub(crate) struct ManArgs {
    /// 写入的文件夹 | The folder to write into
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Prints what a shell reads to complete commands and flags.
pub(crate) fn print_completions(args: &CompletionArgs, language: Language) -> Result<()> {
    let mut text = Vec::new();
    let mut command = help::build_command::<Cli, RunArgs>(language);
    clap_complete::generate(args.shell, &mut command, "fireplan", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}

/// Writes a page for the program and one for each command, `fireplan-serve.1`.
pub(crate) fn write_manual(args: &ManArgs, language: Language) -> Result<()> {
    let folder = &args.folder;
    std::fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    let command = help::build_command::<Cli, RunArgs>(language).disable_help_subcommand(true);
    let pages = write_pages(folder, &command, "fireplan")?;
    let shown = folder.display();
    output::print_line(
        &language
            .either(format!("{pages} 页手册已写入 {shown}"), format!("{pages} pages of the manual are in {shown}")),
    )
}

fn write_pages(folder: &Path, command: &Command, name: &str) -> Result<usize> {
    let path = folder.join(format!("{name}.1"));
    let mut text = Vec::new();
    // A page is called by its whole name, so that `man fireplan-run-coverage` finds it.
    let named = command.clone().name(name.to_owned()).display_name(name.to_owned());
    clap_mangen::Man::new(named).render(&mut text).with_context(|| writing(&path))?;
    std::fs::write(&path, text).with_context(|| writing(&path))?;
    let mut pages = 1;
    for inner in command.get_subcommands() {
        pages += write_pages(folder, inner, &format!("{name}-{}", inner.get_name()))?;
    }
    Ok(pages)
}
