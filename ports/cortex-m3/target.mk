# SPDX-License-Identifier: Apache-2.0
# Arm Cortex-M3: Armv7-M. There is no standard library for armv7m; that of armv7em is compiled into
# the object, for the CPU named here.

TRIPLE := armv7em-none-none-eabi
CPU := cortex-m3
FLOAT_ABI := -mfloat-abi=soft
CPU_LACKS := -fpregs
include ports/targets/cortex-m.mk
