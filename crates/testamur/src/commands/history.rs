use certification::PublicUrl;
use certification::history::import;

use crate::cli::HistoryCommand;
use crate::commands::{print, read};
use crate::config::{Layer, Settings};
use crate::failure::{Failure, Outcome};
use crate::opened::with_backing;

/// `testamur history …`
pub(crate) async fn run(command: HistoryCommand) -> Outcome {
    match command {
        HistoryCommand::Import {
            file,
            public_url,
            store,
        } => {
            let flags = Layer {
                public_url,
                ..store.layer()
            };
            let settings = Settings::load(flags, store.config.as_deref())?;
            let failed = |error: certification::CertificationError| Failure::new(error.to_string());
            let url = PublicUrl::parse(&settings.url_at(settings.bind)).map_err(failed)?;
            let text = read(&file)?;
            let name = file.display().to_string();
            let imported = with_backing(&settings.backing, async |store| {
                import(store, &url, &name, &text, web::now())
                    .await
                    .map_err(failed)
            })
            .await?
            .map_err(|errors| Failure::definition(errors.to_string()))?;
            print(&format!(
                "{} rows read, {} of them new",
                imported.received, imported.new
            ))
        }
    }
}
