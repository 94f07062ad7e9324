//! An inferrer over any OpenAI-compatible API: versioned prompts, strict answers, record and replay.
