//! Code and message of an error in XML: SOAP 1.1 and 1.2 faults, and the elements that gateways use.
//!
//! Read event by event by `quick-xml`, which expands no entities of a document's own. A document that breaks off or follows
//! no grammar is read up to there.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

/// Events looked at: an error is short.
const MOST_EVENTS: usize = 2000;

/// Elements by local name in lower case, the most specific first.
const CODES: [&str; 6] = ["errorcode", "faultcode", "error", "code", "value", "status"];
const MESSAGES: [&str; 9] = [
    "faultstring",
    "error_description",
    "errormessage",
    "errorsummary",
    "message",
    "text",
    "reason",
    "description",
    "detail",
];

/// Code and message of an XML error, the first text of each element counting.
pub(super) fn of(document: &str) -> (Option<String>, Option<String>) {
    let elements = elements(document);
    let named = |names: &[&str]| {
        let text = |name: &&str| elements.iter().find(|(element, _)| element == name);
        names.iter().find_map(text).map(|(_, text)| text.clone())
    };
    (named(&CODES), named(&MESSAGES))
}

/// The elements that hold text directly, in order.
fn elements(document: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(document);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_dangling_amp = true;
    let mut open: Option<(String, String)> = None;
    let mut elements = Vec::new();
    for _ in 0..MOST_EVENTS {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                open = Some((start.local_name().as_ref().to_ascii_lowercase(), String::new()));
            }
            Ok(Event::Text(text)) => add(&mut open, &text.xml10_content()),
            Ok(Event::CData(text)) => add(&mut open, &text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => match reference.resolve_char_ref() {
                Ok(Some(character)) => add(&mut open, character.encode_utf8(&mut [0; 4])),
                _ => add(&mut open, resolve_predefined_entity(&reference).unwrap_or(" ")),
            },
            Ok(Event::End(_)) => {
                let texts = open.take().map(|(name, text)| (name, text.trim().to_owned()));
                elements.extend(texts.filter(|(_, text)| !text.is_empty()));
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    elements
}

fn add(open: &mut Option<(String, String)>, text: &str) {
    if let Some((_, so_far)) = open {
        so_far.push_str(text);
    }
}
