"""Where is it? The locator: from what people say to the right unit, or the one right question."""
