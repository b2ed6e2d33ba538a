# SPDX-License-Identifier: Apache-2.0
# Arm Cortex-M33: Armv8-M Mainline, soft float. There is no standard library for armv8m; that of
# armv7em is compiled into the object, for the CPU named here.

TRIPLE := armv7em-none-none-eabi
CPU := cortex-m33
# The DSP extension is an option of the chip. Code without it runs on all, and is hardly longer.
CPU_WITHOUT := +nodsp
FLOAT_ABI := -mfloat-abi=soft
CPU_LACKS := -dsp,-fpregs,-fp16
# Firmware compiled with these must not link.
REFUSED_MACHINE := -mcpu=cortex-m33 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16
include ports/targets/cortex-m.mk
