# SPDX-License-Identifier: Apache-2.0
# Arm Cortex-M4 with FPU and M7: Armv7E-M, hard float, single precision.

TRIPLE := armv7em-none-none-eabi
CPU := cortex-m4
FLOAT_ABI := -mfloat-abi=hard -mfpu=fpv4-sp-d16
CPU_LACKS := -fp64
# Firmware compiled with these must not link.
REFUSED_MACHINE := -mcpu=cortex-m4 -mthumb -mfloat-abi=soft
include ports/targets/cortex-m.mk
