//! The counts as Prometheus text (exposition format 0.0.4).

use std::fmt::Write;

use crate::judge::Counts;

/// Writes all counts, each a counter named after its key in the JSON.
pub(crate) fn text(counts: &Counts) -> String {
    let mut text = String::new();
    for (index, (name, _)) in counts.totals.named().into_iter().enumerate() {
        declare(&mut text, name);
        for (client, counts) in &counts.clients {
            let label = escaped(client);
            let value = counts.named()[index].1;
            let _ = writeln!(text, "tollgate_authserver_{name}_total{{client=\"{label}\"}} {value}");
        }
    }
    let connections = [
        ("token_connections", counts.token_connections),
        ("token_connections_dropped", counts.token_connections_dropped),
    ];
    for (name, value) in connections {
        declare(&mut text, name);
        let _ = writeln!(text, "tollgate_authserver_{name}_total {value}");
    }
    for (name, value) in counts.api.named() {
        declare(&mut text, &format!("api_{name}"));
        let _ = writeln!(text, "tollgate_authserver_api_{name}_total {value}");
    }
    text
}

fn declare(text: &mut String, name: &str) {
    let _ = writeln!(text, "# TYPE tollgate_authserver_{name}_total counter");
}

fn escaped(label: &str) -> String {
    label.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::ClientCounts;

    #[test]
    fn every_count_is_a_series_and_client_ids_are_escaped() {
        let mut counts = Counts { token_connections: 3, ..Counts::default() };
        counts.clients.insert("a\"\\b".into(), ClientCounts { minted: 7, ..ClientCounts::default() });
        counts.api.unauthorized_avoidable = 2;
        let text = text(&counts);
        assert!(text.contains("tollgate_authserver_minted_total{client=\"a\\\"\\\\b\"} 7\n"), "{text}");
        assert!(text.contains("\ntollgate_authserver_token_connections_total 3\n"));
        assert!(text.contains("\ntollgate_authserver_api_unauthorized_avoidable_total 2\n"));
        assert_eq!(text.lines().filter(|line| line.starts_with('#')).count(), 34);
    }
}
