//! Values that are written and read as a form.

/// Lets serde write a value as its form, and read it through it: what the form refuses, and what it makes no value of.
macro_rules! by_form {
    ($($value:ty as $form:ty),+ $(,)?) => {$(
        impl serde::Serialize for $value {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                <$form>::from(self.clone()).serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $value {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<$value, D::Error> {
                <$form>::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
pub(crate) use by_form;
