//! Pictures, as far as a test can look at them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

/// Checks that every tag is closed in its turn and every attribute is quoted; answers the tags in their order.
pub fn tags(xml: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut open = Vec::new();
    let mut rest = xml;
    while let Some((text, after)) = rest.split_once('<') {
        assert!(!text.contains('>'), "{text}");
        let (tag, after) = after.split_once('>').expect("a tag ends");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.split([' ', '\n']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed.trim()), "{tag}");
        } else if !tag.starts_with(['?', '!']) {
            if !tag.ends_with('/') {
                open.push(name);
            }
            tags.push(tag);
        }
        rest = after;
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    for entity in xml.split('&').skip(1) {
        assert!(
            ["amp;", "lt;", "gt;", "quot;", "apos;"].iter().any(|known| entity.starts_with(known)),
            "{entity}"
        );
    }
    tags
}
