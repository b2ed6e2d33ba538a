/* text.h - what a function printed to a file.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TEXT_H
#define TEXT_H

#include <stdio.h>
#include <string.h>

/* Reads the file from its beginning, as much as there is room for, and closes it. */
static inline const char *text_of(FILE *file, char *text, size_t size) {
  size_t length = 0;
  if (file != NULL) {
    rewind(file);
    length = fread(text, 1, size - 1, file);
    fclose(file);
  }
  text[length] = '\0';
  return text;
}

static inline int lines_in(const char *text) {
  int count = 0;
  for (; *text != '\0'; text += 1) {
    count += *text == '\n';
  }
  return count;
}

#endif
