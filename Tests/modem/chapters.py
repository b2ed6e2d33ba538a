# SPDX-License-Identifier: Apache-2.0
"""Chapters 1 and 2 of the M5310 guide, row by row: who speaks, what is on the line, and what the guide says about it."""

MCU, MODULE = "MCU", "module"

# "1, initialisation after power-on": the guide's table, its heading being the first line of the banner.
CHAPTER_1 = [
    (MODULE, 'M5310', "heading"),
    (MODULE, 'OK', "tells that the module has started"),
    (MCU, 'AT', "again and again until OK"),
    (MODULE, 'OK', ""),
    (MCU, 'AT+COPS=1,2,"46000"', "register by hand with this operator"),
    (MODULE, 'OK', ""),
    (MCU, 'AT+NEARFCN=0,3555', "lock the frequency; better not"),
    (MODULE, 'OK', ""),
    (MCU, 'AT+CSCON=1', "tell of the connection"),
    (MODULE, 'OK', ""),
    (MCU, 'AT+CEREG=1', "tell of the registration"),
    (MODULE, 'OK', ""),
    (MODULE, '+CSCON:1', "connected"),
    (MODULE, '+CEREG:1,19E6,94,7', "1: at home; 5 would be roaming"),
    (MCU, 'AT+CGDCONT?', "ask for the APN; may be left out"),
    (MODULE, '+CGDCONT:0,"IP","nbiot.MNC002.MCC460.GPRS",,0,0', ""),
    (MODULE, 'OK', ""),
]

# "2, sending and receiving UDP".
CHAPTER_2 = [
    # 2.1
    (MCU, 'AT+NSOCR="DGRAM",17,2334,1', "listen at this port, tell of arrivals"),
    (MODULE, '0', "number of the socket, 0 to 6"),
    (MODULE, 'OK', ""),
    # 2.2
    (MCU, 'AT+NSOST=0,183.230.40.150,36000,10,30313233343536373839', ""),
    (MODULE, '0,10', "socket 0 has sent 10 bytes"),
    (MODULE, 'OK', ""),
    (MODULE, '+NSONMI:0,30', "socket 0 has received 30 bytes"),
    # 2.3
    (MCU, 'AT+NSORF=0,30', "read the 30 bytes"),
    (MODULE, '0,183.230.40.150,36000,30,5B3131372E3136392E33362E31353A323137395D30313233343536373839,0',
     "the 30 bytes from 183.230.40.150:36000"),
    (MODULE, 'OK', "the guide leaves it out here"),
    # 2.4
    (MCU, 'AT+NSOCL=0', ""),
    (MODULE, 'OK', ""),
]
