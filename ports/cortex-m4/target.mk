# SPDX-License-Identifier: Apache-2.0
# Arm Cortex-M4 and M7: Armv7E-M, soft float.

TRIPLE := armv7em-none-none-eabi
CPU := cortex-m4
FLOAT_ABI := -mfloat-abi=soft
CPU_LACKS := -fpregs,-fp16
# Firmware compiled with these must not link.
REFUSED_MACHINE := -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16
include ports/targets/cortex-m.mk
