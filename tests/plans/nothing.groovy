// What most recipes do about the answer.
