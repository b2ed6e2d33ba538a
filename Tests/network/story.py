# SPDX-License-Identifier: Apache-2.0
"""What happens, in the order in which it has to be seen."""

from collections import namedtuple

from voices import DEVICE, MODULE, PLATFORM

# Something for the reader; an order; something that has to be heard, behind what this voice had to say before. What a pattern
# names in (?P<name>...) later ones have as %(name)s.
Say = namedtuple("Say", "text")
Tell = namedtuple("Tell", "voice line")
See = namedtuple("See", "what voice pattern")

BEGINNING = [
    Say("The board is switched on. The module behind its UART looks for a network; the firmware waits for it."),
    See("The module answers AT", DEVICE, r"^module +it answers"),
    See("The module is registered in its network", DEVICE, r"^module +registered in its network"),
    See("The module is ready", DEVICE, r"^module +ready"),
    Say("There is a network. The device knows one address, the bootstrap server's, and asks there where it belongs."),
    See("Bootstrap request", PLATFORM, r"<- Bootstrap +ep=867725030106226;460040975306226"),
    See("Write of the access server's address", PLATFORM, r"<- 2\.04 Changed +Bootstrap-Write /0/0/0"),
    See("Finish of the bootstrap", PLATFORM, r"<- 2\.04 Changed +Bootstrap-Finish /bs"),
    See("Register", PLATFORM, r"<- Register +ep=867725030106226;460040975306226"),
    See("Register, accepted", PLATFORM, r"-> 2\.01 Created"),
    See("Observe of the thermometer", PLATFORM, r"<- 2\.05 Content +Observe /3303/0 "),
    See("Observe of the lamp", PLATFORM, r"<- 2\.05 Content +Observe /3311/0 "),
    See("What else the platform asks by itself", PLATFORM, r"-- Ready .* 2 observed, 2 discovered, 0 failed"),
    Say("It is registered and observed: from now on each measurement arrives by itself."),
    See("Measurement", DEVICE, r"^measured .*, measurement (?P<number>\d+)"),
    See("Notification with a value", PLATFORM, r"<- Notify +/3303/0 .*5700 Sensor Value = "),
    See("The device knows that the measurement was delivered", DEVICE, r"^event +delivered: measurement %(number)s$"),
]
ORDERS = [
    Say("Somebody turns the lamp on: a Write, and a notification that tells all who observe it."),
    Tell(PLATFORM, "write * /3311/0/5850 true"),
    See("Write of the lamp", DEVICE, r"^write +/3311/0/5850: the lamp is on"),
    See("Write, answered", PLATFORM, r"<- 2\.04 Changed +Write /3311/0/5850"),
    See("Notification of the lamp", PLATFORM, r"<- Notify +/3311/0 .*5850 On/Off = true"),
    Say("Somebody resets the lowest and the highest value: an Execute."),
    Tell(PLATFORM, "execute * /3303/0/5605"),
    See("Execute", DEVICE, r"^execute +/3303/0/5605"),
    See("Execute, answered", PLATFORM, r"<- 2\.04 Changed +Execute /3303/0/5605"),
    See("The radio may sleep", DEVICE, r"^event +all is said"),
]
REBOOT = [
    Say("The module restarts. It forgets its sockets and its network, and tells nobody but by its banner."),
    Tell(MODULE, "reboot"),
    See("Restart of the module", MODULE, r"-- Restart "),
    See("The device notices", DEVICE, r"^module +it restarted"),
    See("A measurement meanwhile, which is stored", DEVICE, r"^measured .*, measurement (?P<number>\d+)"),
    See("The module is ready again", DEVICE, r"^module +ready"),
    See("Register anew", PLATFORM, r"<- Register .*replaces its earlier registration"),
    See("Observe anew", PLATFORM, r"<- 2\.05 Content +Observe /3303/0 "),
    See("Notification after the restart", PLATFORM, r"<- Notify +/3303/0 .*5700 Sensor Value = "),
    See("What was measured meanwhile is delivered", DEVICE, r"^event +delivered: measurement %(number)s$"),
    See("All the platform asks by itself, again", PLATFORM, r"-- Ready .* 2 observed, 2 discovered, 0 failed"),
]
END = [
    Say("The platform wants a reboot: an Execute of /3/0/4. The device says good-bye first: De-register."),
    Tell(PLATFORM, "execute * /3/0/4"),
    See("Execute of the reboot, answered", PLATFORM, r"<- 2\.04 Changed +Execute /3/0/4"),
    See("De-register", PLATFORM, r"<- De-register"),
    See("The device knows that it was heard", DEVICE, r"^event +de-registered"),
    See("Not a byte of the UART was lost", DEVICE, r"^uart +0 bytes lost, 0 lines damaged"),
    See("How much stack all of it took", DEVICE, r"^stack +bytes used: \d+$"),
]
STORY = [*BEGINNING, *ORDERS, *REBOOT, *END]
