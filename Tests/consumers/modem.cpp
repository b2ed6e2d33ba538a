// The same program in C++: the headers are for both. SPDX-License-Identifier: Apache-2.0
#include "modem.c"
