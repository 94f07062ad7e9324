//! How the black-box tests start the app and its real parts.
