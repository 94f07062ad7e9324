//! Generated penchant.v1 code and its conversions, one file per message.
