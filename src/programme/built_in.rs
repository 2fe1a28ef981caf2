//! The packs that come with the library.

use crate::programme::fault::PackFault;
use crate::programme::pack::Pack;

/// Each pack by its id; those that others build on stand before them.
macro_rules! built_in {
    ($($id:literal),+ $(,)?) => {
        const BUILT_IN: &[(&str, &str)] = &[$(($id, include_str!(concat!("packs/", $id, ".toml")))),+];
    };
}

built_in! {
    "cn/consumption-subsidy-2025",
    "cn/credit-repair-2025",
    "cn/deferral-incentive",
    "cn/extension-limits",
    "cn/poverty-microcredit",
    "cn/relending",
    "cn/renewal-2024",
    "cn/service-subsidy-2025",
    "cn/sme-deferral",
    "cn/startup-guaranteed",
    "cn/local/qingyang-2024",
    "cn/local/tongxu-2025",
    "eu/moratoria",
    "in/moratorium-2020",
    "ng/cbn-2020",
    "ph/bayanihan-2",
    "us/sba-1112",
}

impl Pack {
    /// The ids of the packs that come with the library, in the order in which they can build on each other.
    pub fn built_in_ids() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(id, _)| *id)
    }

    /// The text of a pack that comes with the library: to be read, and to be held against the circular. None for another id.
    #[must_use]
    pub fn built_in_text(id: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(known, _)| *known == id).map(|(_, text)| *text)
    }

    /// A pack that comes with the library, with all that it builds on. None for another id.
    ///
    /// # Errors
    ///
    /// None for a pack as it comes; the tests read every one of them.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::programme::{Case, Pack, Verdict};
    ///
    /// let pack = Pack::built_in("cn/extension-limits")?.expect("it comes with the library");
    /// let mut case = Case::new();
    /// for (name, value) in [
    ///     ("case.on", "2020-03-01"),
    ///     ("case.applied_on", "2020-03-01"),
    ///     ("loan.drawn_on", "2019-06-30"),
    ///     ("loan.original_matures_on", "2020-06-30"),
    ///     ("loan.matures_on", "2020-06-30"),
    ///     ("account.days_past_due", "0"),
    /// ] {
    ///     case.fact(name, value).expect("the day is one");
    /// }
    /// // A loan of a year is extended by a year at most.
    /// case.choice("new_maturity", "2021-06-30");
    /// assert_eq!(pack.decide(&case).expect("it can be decided").verdict, Verdict::Granted);
    /// case.choice("new_maturity", "2021-07-01");
    /// assert_eq!(pack.decide(&case).expect("it can be decided").verdict, Verdict::Refused);
    /// # Ok::<(), puhui::programme::PackFault>(())
    /// ```
    pub fn built_in(id: &str) -> Result<Option<Pack>, PackFault> {
        let Some(text) = Pack::built_in_text(id) else { return Ok(None) };
        let mut bases = Vec::new();
        // At most as deep as packs may lie on each other, each read once.
        let mut wanted = Pack::base_of(text);
        let mut texts = Vec::new();
        while let Some(base) = wanted.as_deref().and_then(Pack::built_in_text) {
            texts.push(base);
            wanted = Pack::base_of(base);
            if texts.len() > BUILT_IN.len() {
                break;
            }
        }
        for text in texts.into_iter().rev() {
            let base = Pack::read(text, &bases.iter().collect::<Vec<_>>())?;
            bases.push(base);
        }
        Pack::read(text, &bases.iter().collect::<Vec<_>>()).map(Some)
    }
}
