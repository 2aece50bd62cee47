//! The table of what networks are made of.

use crate::forecast::Model;
use crate::project::Recipe;
use crate::series::Series;

use super::table::write_table;
use super::terminal::Output;

/// Prints the layers of each network among `models`: shapes out, weights, parameters.
///
/// # Errors
/// Where `out` cannot be written.
pub fn print_summaries(
    recipe: &Recipe,
    series: &Series,
    models: &[Model],
    out: &mut Output<'_>,
) -> std::io::Result<()> {
    for &model in models {
        let Model::Network(cell) = model else { continue };
        let mut recipe = recipe.clone();
        recipe.model.cell = cell;
        let Some(summary) = recipe.summary(series) else { continue };
        writeln!(out, "{model}: {} parameters", summary.parameters())?;
        let mut rows: Vec<Vec<String>> = Vec::new();
        for row in &summary.rows {
            let parameters = row.parameters().to_string();
            rows.push(vec![row.layer.clone(), row.output.clone(), parameters]);
            for weight in &row.weights {
                let shape = format!("{:?}", weight.shape);
                let parameters = weight.parameters().to_string();
                rows.push(vec![format!("  {}", weight.name), shape, parameters]);
            }
        }
        write_table(out, &["layer", "shape", "parameters"], &rows)?;
        writeln!(out)?;
    }
    Ok(())
}
