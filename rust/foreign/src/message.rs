//! An HTTP message as fuzz input: header lines, an empty line, the body. Text, so that people can read and write seeds.

/// Header fields and body.
pub(crate) fn message(data: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let end = data.windows(2).position(|two| two == b"\n\n");
    let (head, body) = end.map_or((data, &[][..]), |end| (&data[..end], &data[end + 2..]));
    let head = String::from_utf8_lossy(head);
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    (fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), body)
}
