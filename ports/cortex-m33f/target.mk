# SPDX-License-Identifier: Apache-2.0
# Arm Cortex-M33 with FPU: Armv8-M Mainline, hard float, single precision. There is no standard library
# for armv8m; that of armv7em is compiled into the object, for the CPU named here.

TRIPLE := armv7em-none-none-eabi
CPU := cortex-m33
# The DSP extension is an option of the chip. Code without it runs on all, and is hardly longer.
CPU_WITHOUT := +nodsp
FLOAT_ABI := -mfloat-abi=hard -mfpu=fpv5-sp-d16
CPU_LACKS := -dsp,-fp64
# Firmware compiled with these must not link.
REFUSED_MACHINE := -mcpu=cortex-m33 -mthumb -mfloat-abi=soft
include ports/targets/cortex-m.mk
