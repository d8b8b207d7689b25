"""Work to be done: where, when, by whom; its states and who may move it between them."""
